#include "coordinator/continuation.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coordinator/place.h"
#include "coordinator/plan.h"
#include "coordinator/up_to_date.h"

namespace sciwright::coordinator {
namespace {

using workflow::Event;
using workflow::NodeState;
using workflow::NodeStatus;
using workflow::RunStatus;
using workflow::State;

constexpr std::size_t kMostNames = 10;  ///< That are told one by one.

bool is_finished(NodeStatus status) {
  return status == NodeStatus::kDone || status == NodeStatus::kSkipped;
}

/// Whether a competition that it was in is decided.
bool has_lost(const Situation& situation, std::size_t node) {
  const NodeStatus status = situation.state[node].status;
  if (status != NodeStatus::kFailed && status != NodeStatus::kCancelled) return false;
  return std::ranges::any_of(situation.graph.children[node], [&](std::size_t child) {
    return situation.definition.nodes[child].kind == workflow::NodeKind::kCompete &&
           situation.state[child].status == NodeStatus::kDone;
  });
}

bool has_ready(const ContinuationRequest& request, const State& state) {
  const Situation& now = request.situation;
  return Plan({.definition = now.definition,
               .graph = now.graph,
               .queues = std::vector<std::uint16_t>(now.definition.nodes.size(), 0),
               .selected = request.selected},
              state)
      .has_ready();
}

State begun(const ContinuationRequest& request, const std::vector<std::string>& kept) {
  State state = request.situation.state;
  Event begin;
  begin.nodes = state.names();
  begin.kept = kept;
  state.apply(begin);
  return state;
}

State gone_on_with(const ContinuationRequest& request) {
  State state = request.situation.state;
  for (const std::string& name : to_repeat(request.situation)) {
    Event reset;
    reset.kind = Event::Kind::kReset;
    reset.node = name;
    state.apply(reset);
  }
  return state;
}

bool has_another_definition(const ContinuationRequest& request, std::size_t node) {
  const NodeState& state = request.situation.state[node];
  // A journal of a version that did not know: by the file alone.
  if (state.definition.empty()) return !request.change.empty();
  return state.definition != request.fingerprints[node];
}

/// Why a finished node's results are not those of now, by node; empty where they are.
class Repetitions final {
 public:
  explicit Repetitions(const ContinuationRequest& request)
      : request_(request), why_(request.situation.definition.nodes.size()) {
    for (const std::size_t node : workflow::topological_order(request.situation.graph)) {
      if (is_finished(request.situation.state[node].status)) why_[node] = why(node);
    }
  }
  const std::string& operator[](std::size_t node) const { return why_[node]; }

 private:
  std::string why(std::size_t node) {
    const Situation& now = request_.situation;
    for (const std::size_t parent : now.graph.parents[node]) {
      if (!why_[parent].empty()) return "needs " + now.definition.nodes[parent].name;
    }
    if (has_another_definition(request_, node)) return "has changed";
    const workflow::Node& facts = now.definition.nodes[node];
    if (facts.outputs.empty() || now.state[node].inputs.empty()) return {};
    const std::string missing = missing_output(now.definition, facts);
    if (!missing.empty()) return fmt::format("its output {} is missing", missing);
    const bool is_same = inputs_hash(now, node, hashes_) == now.state[node].inputs;
    return is_same ? "" : "what it is made from has changed";
  }

  const ContinuationRequest& request_;
  ContentHashes hashes_;
  std::vector<std::string> why_;
};

std::string news_of(const ContinuationRequest& request, const Repetitions& repetitions,
                    std::size_t num_kept) {
  std::vector<std::string> again;
  for (std::size_t i = 0; i < request.situation.definition.nodes.size(); ++i) {
    if (repetitions[i].empty()) continue;
    again.push_back(
        fmt::format("{} ({})", request.situation.definition.nodes[i].name, repetitions[i]));
  }
  if (again.empty() && num_kept == 0) return {};
  const std::string what = request.change.empty() ? "a part of it has changed" : request.change;
  if (again.empty()) return fmt::format("{}; what is done stays done", what);
  const std::size_t num_more = again.size() - std::min(again.size(), kMostNames);
  again.resize(again.size() - num_more);
  const std::string more = num_more > 0 ? fmt::format(" and {} more", num_more) : "";
  return fmt::format("{}; of what is done {} stays done, and this runs again: {}{}", what, num_kept,
                     fmt::join(again, ", "), more);
}

}  // namespace

std::vector<std::string> to_repeat(const Situation& situation) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < situation.definition.nodes.size(); ++i) {
    const NodeStatus status = situation.state[i].status;
    const bool is_bad = status == NodeStatus::kFailed || status == NodeStatus::kCancelled;
    if (is_bad && !has_lost(situation, i)) names.push_back(situation.definition.nodes[i].name);
  }
  return names;
}

Continuation continuation_of(const ContinuationRequest& request) {
  const Situation& last = request.situation;
  const bool is_new = request.is_new || last.state.run() == 0;
  if (is_new || last.state.status() == RunStatus::kReady) return {};
  bool is_other = !request.change.empty();
  for (std::size_t i = 0; i < last.definition.nodes.size(); ++i) {
    is_other |= is_finished(last.state[i].status) && has_another_definition(request, i);
  }
  if (!is_other) {
    return {.goes_on = last.state.status() != RunStatus::kDone || has_ready(request, last.state)};
  }
  const Repetitions repetitions(request);
  Continuation out;
  for (std::size_t i = 0; i < last.definition.nodes.size(); ++i) {
    const bool is_kept = is_finished(last.state[i].status) && repetitions[i].empty();
    if (is_kept || has_lost(last, i)) out.kept.push_back(last.definition.nodes[i].name);
  }
  const bool was_done = last.state.status() == RunStatus::kDone;
  if (was_done && !has_ready(request, begun(request, out.kept))) return {};
  out.news = news_of(request, repetitions, out.kept.size());
  return out;
}

std::vector<std::string> forecast(const ContinuationRequest& request) {
  const Continuation next = continuation_of(request);
  const State state = next.goes_on ? gone_on_with(request) : begun(request, next.kept);
  const Situation now{request.situation.definition, request.situation.graph, state};
  ContentHashes hashes;
  std::vector<bool> runs(now.definition.nodes.size(), false);
  std::vector<std::string> names;
  bool is_any = false;
  for (const std::size_t node : workflow::topological_order(now.graph)) {
    if (!request.selected.empty() && !request.selected[node]) continue;
    if (workflow::is_over(state[node].status)) continue;
    const workflow::Node& facts = now.definition.nodes[node];
    const bool after_some = std::ranges::any_of(now.graph.parents[node],
                                                [&](std::size_t parent) { return runs[parent]; });
    const bool has_process = !site_of(facts).empty();
    const bool is_known = has_process && !request.is_everything && !after_some &&
                          !facts.outputs.empty() && missing_input(now.definition, facts).empty();
    if (is_known && is_up_to_date(now, node, inputs_hash(now, node, hashes))) continue;
    runs[node] = has_process || after_some;
    is_any |= has_process;
    names.push_back(facts.name);
  }
  const bool is_some = std::ranges::any_of(
      now.definition.nodes, [](const auto& facts) { return !site_of(facts).empty(); });
  return is_any || !is_some ? names : std::vector<std::string>{};
}

}  // namespace sciwright::coordinator
