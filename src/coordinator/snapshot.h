#pragma once

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

/// A workflow as its files say it, for whoever only looks: commands, the service.
class Snapshot final {
 public:
  explicit Snapshot(WorkflowFolder folder);

  /// Reads what changed since the last call: the definition when its file changed, new lines of the
  /// journal. Returns these lines.
  std::vector<workflow::JournalReader::Line> refresh();

  const WorkflowFolder& folder() const { return folder_; }
  /// The run's definition where there is a journal and an engine, else the file's.
  const workflow::Definition& definition() const { return definition_; }
  const workflow::Graph& graph() const { return graph_; }
  const workflow::State& state() const { return state_; }
  /// What is wrong with the definition; then there are no nodes.
  const Problems& problems() const { return problems_; }
  /// "ready", "running", "done", "failed", "cancelled", "stopped" (begun, not ended, no engine).
  std::string status() const;

 private:
  WorkflowFolder folder_;
  workflow::Definition definition_;
  workflow::Graph graph_;
  workflow::State state_;
  Problems problems_;
  std::unique_ptr<workflow::JournalReader> reader_;
  std::string seen_;  ///< Size, time and inode of the definition.
};

}  // namespace sciwright::coordinator
