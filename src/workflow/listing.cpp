#include "workflow/listing.h"

#include <array>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text_table.h"

namespace sciwright::workflow {
namespace {

constexpr std::string_view kNothing = "–";

/// From hand-over or start to the end or now.
std::string time_text(const NodeState& state, std::int64_t now_utc_ns) {
  const std::int64_t from =
      state.started_utc_ns > 0 ? state.started_utc_ns : state.submitted_utc_ns;
  const std::int64_t to = state.ended_utc_ns > 0 ? state.ended_utc_ns : now_utc_ns;
  if (from == 0 || to < from) return std::string(kNothing);
  return format_duration(static_cast<double>(to - from) / 1e9);
}

std::string place_text(const Node& node, const NodeState& state) {
  if (!state.host.empty()) return state.host;
  if (!node.host.empty()) return node.user.empty() ? node.host : node.user + "@" + node.host;
  return std::string(kNothing);
}

/// A message is one line here.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

NodeState state_of(const State& state, const std::string& node) {
  const auto index = state.index_of(node);
  return index ? state[*index] : NodeState{};
}

}  // namespace

std::string listing_text(const Definition& definition, const State& state,
                         std::int64_t now_utc_ns) {
  using Align = TextTable::Align;
  TextTable table;
  table.column("node", Align::kLeft)
      .column("kind", Align::kLeft)
      .column("where", Align::kLeft)
      .column("status", Align::kLeft)
      .column("progress")
      .column("attempt")
      .column("time")
      .column("message", Align::kLeft);
  for (const Node& node : definition.nodes) {
    const NodeState known = state_of(state, node.name);
    const bool ran = known.attempt > 0;
    table.row({node.name, std::string(node.is_defined ? kind_name(node.kind) : "undefined"),
               place_text(node, known), std::string(status_name(known.status)),
               fmt::format("{:.0f} %", known.progress),
               ran ? fmt::format("{}", known.attempt) : std::string(kNothing),
               time_text(known, now_utc_ns), first_line(known.message)});
  }
  return table.text();
}

std::string listing_summary(const Definition& definition, const State& state) {
  std::array<std::size_t, kNumNodeStatuses> counts = {};
  for (const Node& node : definition.nodes) {
    ++counts[static_cast<std::size_t>(state_of(state, node.name).status)];
  }
  constexpr std::array kOrder = {
      NodeStatus::kDone,    NodeStatus::kSkipped,   NodeStatus::kFailed, NodeStatus::kCancelled,
      NodeStatus::kRunning, NodeStatus::kSubmitted, NodeStatus::kHeld,   NodeStatus::kReady};
  std::string parts;
  for (const NodeStatus status : kOrder) {
    const std::size_t count = counts[static_cast<std::size_t>(status)];
    if (count == 0) continue;
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count, status_name(status));
  }
  const std::size_t num_nodes = definition.nodes.size();
  return fmt::format("{} {}: {} ({:.0f} %)", num_nodes, num_nodes == 1 ? "node" : "nodes", parts,
                     state.progress());
}

std::string_view run_status_name(RunStatus status) {
  constexpr std::array<std::string_view, 5> kNames = {"ready", "running", "done", "failed",
                                                      "cancelled"};
  return kNames[static_cast<std::size_t>(status)];
}

}  // namespace sciwright::workflow
