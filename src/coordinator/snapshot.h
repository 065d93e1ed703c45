#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "coordinator/folder.h"
#include "workflow/definition.h"
#include "workflow/graph.h"
#include "workflow/journal.h"
#include "workflow/state.h"

namespace sciwright::coordinator {

/// A workflow as its files say it, for whoever only looks: commands, the service. Nodes of the
/// definition and of the state have the same indices.
class Snapshot final {
 public:
  /// Reads nothing yet.
  explicit Snapshot(WorkflowFolder folder);

  /// Reads what changed since the last call: the definition when its file changed, new lines of the
  /// journal. Returns these lines, each once. Throws a usage error for a journal that is none.
  std::vector<workflow::JournalReader::Line> refresh();

  const WorkflowFolder& folder() const { return folder_; }
  /// The run's while an engine lives and as long as the file is unchanged since, else the file's.
  const workflow::Definition& definition() const { return definition_; }
  const workflow::Graph& graph() const { return graph_; }
  const workflow::State& state() const { return state_; }
  /// What is wrong with the definition; then there are no nodes.
  const Problems& problems() const { return problems_; }
  /// Whether an engine lived at the last refresh.
  bool is_alive() const { return is_alive_; }
  /// "ready", "running", "done", "failed", "cancelled", "stopped" (begun, not ended, no engine).
  std::string status() const;

 private:
  bool load_definition();
  void begin_journal_anew();

  WorkflowFolder folder_;
  workflow::Definition definition_;
  workflow::Graph graph_;
  workflow::State state_;
  Problems problems_;
  std::unique_ptr<workflow::JournalReader> reader_;
  std::string seen_;  ///< Sizes, times and inodes of the files of the definition.
  std::int64_t last_seq_ = 0;
  bool is_alive_ = false;
};

/// Whether jobs of it may run although no engine looks after them: its engine ended before them.
bool has_open_jobs(const Snapshot& snapshot);

/// Names of its nodes, in order.
std::vector<std::string> names_of(const workflow::Definition& definition);

}  // namespace sciwright::coordinator
