#include "workflow/state.h"

#include <cmath>
#include <unordered_set>
#include <utility>

namespace sciwright::workflow {
namespace {

using Kind = Event::Kind;

/// Thousandths of a percent, so that a long sum of them stays exact.
std::int64_t share_of(const NodeState& node) {
  return std::llround((is_over(node.status) ? 100.0 : node.progress) * 1000);
}

/// When it happened; it may have been seen later.
std::int64_t time_of(const Event& event) {
  return event.at_utc_ns > 0 ? event.at_utc_ns : event.utc_ns;
}

/// Its outputs may be others from now on, so what they were made from is forgotten.
void hand_over(NodeState& node, const Event& event) {
  const int num_failures = node.num_failures;
  node = NodeState{};
  node.attempt = event.attempt;
  node.site = event.site;
  node.submitted_utc_ns = event.utc_ns;
  node.num_failures = num_failures;
  node.status = NodeStatus::kSubmitted;
}

void start(NodeState& node, const Event& event) {
  node.status = NodeStatus::kRunning;
  node.host = event.host;
  node.started_utc_ns = time_of(event);
}

void note_values(NodeState& node, const Event& event) {
  for (const auto& [key, value] : event.values) node.values.edit()[key] = value;
  if (!event.message.empty()) node.message = event.message;
}

void note_progress(NodeState& node, const Event& event) {
  // Without progress it is a word about one that waits still, as of a host that does not answer.
  if (node.status == NodeStatus::kSubmitted && event.progress > 0) start(node, event);
  if (!is_over(node.status)) node.progress = event.progress;
  note_values(node, event);
}

void finish(NodeState& node, const Event& event) {
  node.status = event.status;
  if (event.attempt > 0) node.attempt = event.attempt;
  node.message.clear();
  note_values(node, event);
  node.exit_code = event.exit_code;
  node.signal = event.signal;
  node.ended_utc_ns = time_of(event);
  node.is_cancelling = false;
  if (!event.inputs.empty()) node.inputs = event.inputs;
  node.definition = event.definition;
  if (event.status == NodeStatus::kDone) node.progress = 100;
  if (event.status == NodeStatus::kFailed) ++node.num_failures;
}

/// As if it had not run, but its attempts go on counting.
void forget(NodeState& node) {
  const int attempt = node.attempt;
  node = NodeState{};
  node.attempt = attempt;
}

/// One event about one node. `begin` and what only the workflow knows are not among them.
void change(NodeState& node, const Event& event) {
  switch (event.kind) {
    case Kind::kSubmitted:
      hand_over(node, event);
      break;
    case Kind::kQueued:
      node.scheduler_id = event.scheduler_id;
      break;
    case Kind::kRunning:
      start(node, event);
      break;
    case Kind::kProgress:
      note_progress(node, event);
      break;
    case Kind::kEnded:
      finish(node, event);
      break;
    case Kind::kRetry:
      node.status = NodeStatus::kReady;
      node.retry_utc_ns = event.at_utc_ns;
      break;
    case Kind::kHeld:
      if (node.status == NodeStatus::kReady) node.status = NodeStatus::kHeld;
      break;
    case Kind::kReleased:
      if (node.status == NodeStatus::kHeld) node.status = NodeStatus::kReady;
      break;
    case Kind::kReset:
      forget(node);
      break;
    case Kind::kCancel:
      node.is_cancelling = !is_over(node.status);
      break;
    default:
      return;
  }
  node.changed_utc_ns = event.utc_ns;
}

RunStatus run_status_of(NodeStatus status) {
  if (status == NodeStatus::kDone) return RunStatus::kDone;
  return status == NodeStatus::kCancelled ? RunStatus::kCancelled : RunStatus::kFailed;
}

}  // namespace

State::State(const std::vector<std::string>& nodes) { name_nodes(nodes); }

void State::name_nodes(const std::vector<std::string>& names) {
  names_ = names;
  nodes_.assign(names.size(), NodeState{});
  indices_.clear();
  indices_.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) indices_.emplace(names[i], i);
  counts_ = {};
  counts_[static_cast<std::size_t>(NodeStatus::kReady)] = names.size();
  progress_sum_ = 0;
}

std::optional<std::size_t> State::index_of(const std::string& name) const {
  const auto found = indices_.find(name);
  if (found == indices_.end()) return std::nullopt;
  return found->second;
}

double State::progress() const {
  if (nodes_.empty()) return 0;
  return static_cast<double>(progress_sum_) / 1000 / static_cast<double>(nodes_.size());
}

void State::apply(const Event& event) {
  last_seq_ = event.seq;
  if (event.kind == Kind::kBegin) return begin(event);
  if (!event.node.empty()) {
    if (const auto index = index_of(event.node)) update(nodes_[*index], event);
    return;
  }
  apply_to_workflow(event);
  for (NodeState& node : nodes_) {
    const bool waits = event.kind == Kind::kHeld || event.kind == Kind::kReleased;
    if (waits || event.kind == Kind::kReset) update(node, event);
  }
}

void State::update(NodeState& node, const Event& event) {
  --counts_[static_cast<std::size_t>(node.status)];
  progress_sum_ -= share_of(node);
  change(node, event);
  ++counts_[static_cast<std::size_t>(node.status)];
  progress_sum_ += share_of(node);
}

void State::apply_to_workflow(const Event& event) {
  switch (event.kind) {
    case Kind::kAttach:
      // Who goes on with a run that had ended wants it; who takes over from a crash in the middle
      // of a cancellation finishes that.
      if (status_ != RunStatus::kRunning) is_cancelling_ = false;
      status_ = RunStatus::kRunning;
      ended_utc_ns_ = 0;
      engine_host_ = event.host;
      engine_pid_ = event.pid;
      break;
    case Kind::kCancel:
      is_cancelling_ = true;
      break;
    case Kind::kReset:
      status_ = RunStatus::kReady;
      is_cancelling_ = false;
      started_utc_ns_ = ended_utc_ns_ = 0;
      break;
    case Kind::kEnd:
      status_ = run_status_of(event.status);
      is_cancelling_ = false;
      ended_utc_ns_ = event.utc_ns;
      break;
    default:
      break;
  }
}

void State::replace(std::size_t index, const NodeState& node) {
  NodeState& now = nodes_[index];
  --counts_[static_cast<std::size_t>(now.status)];
  progress_sum_ -= share_of(now);
  now = node;
  ++counts_[static_cast<std::size_t>(now.status)];
  progress_sum_ += share_of(now);
}

void State::begin(const Event& event) {
  const std::vector<NodeState> before = std::move(nodes_);
  const std::unordered_map<std::string, std::size_t> indices = std::move(indices_);
  const std::unordered_set<std::string> kept(event.kept.begin(), event.kept.end());
  name_nodes(event.nodes);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto known = indices.find(names_[i]);
    if (known == indices.end()) continue;
    const NodeState& old = before[known->second];
    if (kept.contains(names_[i])) {
      replace(i, old);
      continue;
    }
    nodes_[i].attempt = old.attempt;
    nodes_[i].inputs = old.inputs;
    nodes_[i].values = old.values;
    nodes_[i].changed_utc_ns = old.changed_utc_ns;
    if (old.status != NodeStatus::kHeld) continue;
    NodeState held = nodes_[i];
    held.status = NodeStatus::kHeld;
    replace(i, held);
  }
  status_ = RunStatus::kRunning;
  run_ = event.run;
  is_cancelling_ = false;
  started_utc_ns_ = event.utc_ns;
  ended_utc_ns_ = 0;
  engine_host_ = event.host;
  engine_pid_ = event.pid;
}

}  // namespace sciwright::workflow
