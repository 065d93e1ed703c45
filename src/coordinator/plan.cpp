#include "coordinator/plan.h"

#include <utility>

namespace sciwright::coordinator {

using workflow::Choice;
using workflow::NodeKind;
using workflow::NodeStatus;
using workflow::State;

Outcome outcome_of(const workflow::NodeState& node) {
  if (node.status == NodeStatus::kDone) return Outcome::kGood;
  if (node.status != NodeStatus::kSkipped) return Outcome::kBad;
  return node.exit_code == 0 ? Outcome::kGood : Outcome::kPassed;
}

bool is_chooser(const workflow::Node& node) {
  return node.kind == NodeKind::kSelect || node.kind == NodeKind::kCompete;
}

Plan::Plan(Request request, const State& state) : request_(std::move(request)) { rebuild(state); }

void Plan::rebuild(const State& state) {
  const std::size_t count = request_.definition.nodes.size();
  num_open_.assign(count, 0);
  num_good_.assign(count, 0);
  is_blocked_.assign(count, false);
  is_queued_.assign(count, false);
  is_waiting_.assign(count, false);
  queues_.assign(request_.num_queues, {});
  num_queued_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    num_open_[i] = static_cast<std::uint32_t>(request_.graph.parents[i].size());
    const NodeStatus status = state[i].status;
    is_waiting_[i] = status == NodeStatus::kReady || status == NodeStatus::kHeld;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (workflow::is_over(state[i].status)) tell_children(i, outcome_of(state[i]));
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (may_start(i)) enqueue(i);
  }
}

void Plan::end(std::size_t node, const State& state) {
  is_waiting_[node] = false;
  // What depends on a blocked node was told when it was blocked.
  if (!is_blocked_[node]) tell_children(node, outcome_of(state[node]));
}

/// What is blocked by this end blocks in turn what needs it, without recursion: chains are long.
void Plan::tell_children(std::size_t node, Outcome outcome) {
  std::vector<std::pair<std::size_t, Outcome>> ends = {{node, outcome}};
  while (!ends.empty()) {
    const auto [parent, how] = ends.back();
    ends.pop_back();
    for (const std::size_t child : request_.graph.children[parent]) {
      if (!is_selected(child)) continue;
      const bool was_blocked = is_blocked_[child];
      note_parent(child, how);
      if (is_blocked_[child] && !was_blocked && is_waiting_[child]) {
        ends.emplace_back(child, Outcome::kBad);
      }
      if (may_start(child)) enqueue(child);
    }
  }
}

void Plan::note_parent(std::size_t node, Outcome outcome) {
  --num_open_[node];
  if (outcome == Outcome::kGood) ++num_good_[node];
  if (!is_chooser(request_.definition.nodes[node])) {
    if (outcome == Outcome::kBad) is_blocked_[node] = true;
  } else if (num_open_[node] == 0 && num_good_[node] == 0) {
    is_blocked_[node] = true;
  }
}

bool Plan::may_start(std::size_t node) const {
  if (!is_waiting_[node] || is_blocked_[node] || !is_selected(node)) return false;
  if (num_open_[node] == 0) return true;
  const workflow::Node& facts = request_.definition.nodes[node];
  return facts.kind == NodeKind::kCompete && facts.choice->until == Choice::Until::kFirst &&
         num_good_[node] > 0;
}

void Plan::enqueue(std::size_t node) {
  if (is_queued_[node]) return;
  is_queued_[node] = is_waiting_[node] = true;
  ++num_queued_;
  queues_[queue_of(node)].push({request_.definition.nodes[node].priority, node});
}

std::optional<std::size_t> Plan::take(std::size_t queue) {
  if (queues_[queue].empty()) return std::nullopt;
  const std::size_t node = queues_[queue].top().node;
  queues_[queue].pop();
  is_queued_[node] = is_waiting_[node] = false;
  --num_queued_;
  return node;
}

}  // namespace sciwright::coordinator
