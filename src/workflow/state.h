#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "workflow/event.h"
#include "workflow/seldom.h"

namespace sciwright::workflow {

/// All that the journal says of a node.
struct NodeState {
  NodeStatus status = NodeStatus::kReady;
  int attempt = 0;      ///< 0: never handed over.
  double progress = 0;  ///< 0 to 100.
  std::string site = {};
  Seldom<std::string> scheduler_id = {};  ///< Of the last attempt, where a scheduler has it.
  std::string host = {};
  std::int64_t submitted_utc_ns = 0;  ///< 0: not yet; of the last attempt, as the next two.
  std::int64_t started_utc_ns = 0;
  std::int64_t ended_utc_ns = 0;
  std::int64_t retry_utc_ns = 0;  ///< Not before that; 0: no repetition waits.
  std::int64_t changed_utc_ns = 0;
  std::optional<int> exit_code = {};
  std::optional<int> signal = {};
  int num_failures = 0;  ///< Since the last reset.
  bool is_cancelling = false;
  std::string message = {};
  std::string inputs = {};      ///< Of its last end, where that was good.
  std::string definition = {};  ///< Its fingerprint then.
  Seldom<std::map<std::string, std::string>> values = {};
};

/// Where the whole workflow is, as the journal says it; whether an engine lives is not in it.
enum class RunStatus { kReady, kRunning, kDone, kFailed, kCancelled };

/// What a journal adds up to. `apply` is the only way it changes.
class State final {
 public:
  /// The nodes of a definition, all ready.
  explicit State(const std::vector<std::string>& nodes = {});

  /// Folds one event in. A `begin` starts all nodes anew but those that it keeps; of those that are
  /// still there it keeps their attempts, inputs and values, and that they are held. A hand-over
  /// forgets values and inputs of the attempt before. Events about unknown nodes change nothing.
  void apply(const Event& event);

  std::size_t size() const { return nodes_.size(); }
  const NodeState& operator[](std::size_t index) const { return nodes_[index]; }
  const std::vector<std::string>& names() const { return names_; }
  std::optional<std::size_t> index_of(const std::string& name) const;
  std::size_t count(NodeStatus status) const { return counts_[static_cast<std::size_t>(status)]; }
  /// Mean of all nodes, over ones counting 100.
  double progress() const;
  RunStatus status() const { return status_; }
  int run() const { return run_; }
  std::int64_t started_utc_ns() const { return started_utc_ns_; }
  std::int64_t ended_utc_ns() const { return ended_utc_ns_; }
  std::int64_t last_seq() const { return last_seq_; }
  bool is_cancelling() const { return is_cancelling_; }
  /// Host and process of the last engine.
  const std::string& engine_host() const { return engine_host_; }
  int engine_pid() const { return engine_pid_; }

 private:
  void name_nodes(const std::vector<std::string>& names);
  void begin(const Event& event);
  void apply_to_workflow(const Event& event);
  void update(NodeState& node, const Event& event);
  void replace(std::size_t index, const NodeState& node);

  std::vector<std::string> names_;
  std::vector<NodeState> nodes_;
  std::unordered_map<std::string, std::size_t> indices_;
  std::array<std::size_t, kNumNodeStatuses> counts_ = {};
  std::int64_t progress_sum_ = 0;  ///< In thousandths of a percent, over all nodes.
  RunStatus status_ = RunStatus::kReady;
  int run_ = 0;
  bool is_cancelling_ = false;
  std::int64_t started_utc_ns_ = 0;
  std::int64_t ended_utc_ns_ = 0;
  std::int64_t last_seq_ = 0;
  std::string engine_host_;
  int engine_pid_ = 0;
};

}  // namespace sciwright::workflow
