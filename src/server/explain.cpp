#include "server/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "workflow/definition.h"

namespace sciwright::server {
namespace {

using workflow::NodeState;
using workflow::NodeStatus;

/// "a (failed), b (ready)": what a node waits for.
std::string unfinished_parents(const coordinator::Snapshot& snapshot, std::size_t node) {
  std::vector<std::string> parents;
  for (const std::size_t parent : snapshot.graph().parents[node]) {
    const NodeStatus status = snapshot.state()[parent].status;
    if (status == NodeStatus::kDone || status == NodeStatus::kSkipped) continue;
    parents.push_back(fmt::format("{} ({})", snapshot.definition().nodes[parent].name,
                                  workflow::status_name(status)));
  }
  return fmt::format("{}", fmt::join(parents, ", "));
}

std::string why_ready(const coordinator::Snapshot& snapshot, std::size_t node) {
  const std::string parents = unfinished_parents(snapshot, node);
  if (!parents.empty()) return "It waits for " + parents + ".";
  if (snapshot.state()[node].retry_utc_ns != 0) return "It waits before it is tried again.";
  if (!snapshot.is_alive()) return "Nothing runs this workflow now.";
  return "It may start as soon as its host has room.";
}

std::string why_ended(const NodeState& state) {
  std::string how = "It ended";
  if (state.exit_code) how += fmt::format(" with exit code {}", *state.exit_code);
  if (state.signal) how += fmt::format(" by signal {}", *state.signal);
  how += fmt::format(" in attempt {}", state.attempt);
  return state.message.empty() ? how + "." : how + ": " + state.message;
}

std::string text_of(const coordinator::Snapshot& snapshot, std::size_t node) {
  const NodeState& state = snapshot.state()[node];
  switch (state.status) {
    case NodeStatus::kReady:
      return why_ready(snapshot, node);
    case NodeStatus::kHeld:
      return "Somebody holds it back.";
    case NodeStatus::kSubmitted:
      return fmt::format("It was handed to {} and has not begun.", state.site);
    case NodeStatus::kRunning:
      return fmt::format("It runs on {}, at {:.0f} %.",
                         state.host.empty() ? state.site : state.host, state.progress);
    case NodeStatus::kSkipped:
      return state.message.empty() ? "It was not needed." : "It was skipped: " + state.message;
    case NodeStatus::kDone:
    case NodeStatus::kFailed:
    case NodeStatus::kCancelled:
      break;
  }
  return why_ended(state);
}

}  // namespace

JobExplanation explain_job(const coordinator::Snapshot& snapshot, std::size_t node) {
  const std::string& name = snapshot.definition().nodes[node].name;
  const std::string file = snapshot.folder().definition.string();
  const auto command = [&](const char* verb, bool with_node) {
    return fmt::format("sciwright workflow {} {}{}", verb, file, with_node ? " " + name : "");
  };
  const std::string text = text_of(snapshot, node);
  switch (snapshot.state()[node].status) {
    case NodeStatus::kFailed:
    case NodeStatus::kCancelled:
      return {text, command("logs", true)};
    case NodeStatus::kHeld:
      return {text, command("release", true)};
    case NodeStatus::kReady:
      return {text, command(snapshot.is_alive() ? "status" : "run", false)};
    default:
      return {text, command("status", false)};
  }
}

}  // namespace sciwright::server
