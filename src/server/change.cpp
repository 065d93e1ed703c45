#include "server/change.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/files.h"
#include "base/suggestion.h"
#include "coordinator/root.h"

namespace sciwright::server {
namespace {

constexpr std::chrono::milliseconds kLook{10};
/// An engine looks for requests several times a second; one that is busy does it later.
constexpr std::int64_t kTakeLimit_ns = 2'000'000'000;

/// Waits until an engine took a request. False when it died first: then the request is withdrawn.
bool is_taken(const Services& services, const coordinator::WorkflowFolder& folder,
              const coordinator::Request& request) {
  const Clock& clock = services.site.clock;
  const std::int64_t end_ns = clock.steady_ns() + kTakeLimit_ns;
  while (clock.steady_ns() < end_ns) {
    const auto waiting = coordinator::waiting_requests(folder);
    const auto ours = std::ranges::find(waiting, request, &coordinator::WaitingRequest::request);
    if (ours == waiting.end()) return true;
    if (!services.engines.has_engine(folder)) {
      std::error_code ignored;
      std::filesystem::remove(ours->file, ignored);
      return false;
    }
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

/// Whether an engine has it, and keeps it.
bool is_held(const Services& services, const coordinator::Snapshot& snapshot) {
  const Clock& clock = services.site.clock;
  const std::int64_t end_ns = clock.steady_ns() + kTakeLimit_ns;
  const bool is_ending = snapshot.state().status() != workflow::RunStatus::kRunning;
  while (services.engines.has_engine(snapshot.folder())) {
    if (!is_ending || clock.steady_ns() > end_ns) return true;
    std::this_thread::sleep_for(kLook);
  }
  return false;
}

/// A node "prep.x" belongs to the workflow that the node "prep" of the file stands for.
void throw_if_foreign(const std::string& text, const std::string& name) {
  const auto owner = owner_of_node(text, name);
  if (!owner) return;
  throw usage_error(fmt::format(
      "'{}' belongs to the workflow that '{}' stands for ({}); change it in that file, or change "
      "or delete '{}'",
      name, owner->node, owner->file, owner->node));
}

}  // namespace

std::optional<Response> change_definition(
    const coordinator::Snapshot& snapshot, const Call& call,
    const std::function<std::string(const std::string&)>& change) {
  if (snapshot.is_alive()) {
    return refusal(409, fmt::format("'{}' runs; its file can be changed when it has ended",
                                    call.at("workflow")));
  }
  const std::string before = read_file(snapshot.folder().definition);
  const std::string_view expected = call.request.header("if-match");
  if (!expected.empty() && expected != "*" && expected != etag_of(before)) {
    return refusal(412, "somebody changed the workflow file meanwhile; load it again");
  }
  coordinator::replace_definition(snapshot.folder(), change(before));
  return std::nullopt;
}

Problems problems_of_run_request(const nlohmann::json& body) {
  if (!body.is_object()) return {"the body is no JSON object; expected {\"jobs\": 4} or nothing"};
  Problems problems;
  for (const auto& [key, value] : body.items()) {
    const bool is_count = value.is_number_integer() && value > 0 && value < 100'000;
    if (key == "jobs" && !is_count) problems.push_back("jobs: expected a number from 1");
    if (key == "dry_run" && !value.is_boolean()) {
      problems.push_back("dry_run: expected true or false");
    }
    if (key != "jobs" && key != "dry_run") {
      problems.push_back(
          fmt::format("'{}' is not known here{}", key, did_you_mean(key, {"jobs", "dry_run"})));
    }
  }
  return problems;
}

Response start_engine(const Services& services, const coordinator::Snapshot& snapshot,
                      const std::string& name, const std::string& verb,
                      const std::vector<std::string>& options) {
  if (services.engines.has_engine(snapshot.folder())) {
    return refusal(409, fmt::format("'{}' runs already", name));
  }
  const Problems problems = services.engines.start(snapshot.folder(), verb, options);
  if (!problems.empty()) return refusal(422, problems.front(), problems);
  return summary_response(services.site, name, 202);
}

void ask_engine(const Services& services, const coordinator::WorkflowFolder& folder,
                const coordinator::Request& request) {
  if (services.engines.has_engine(folder)) {
    coordinator::leave_request(folder, request, services.site.clock);
    if (is_taken(services, folder, request)) return;
  }
  throw_if_any(services.engines.meet(folder, request));
}

std::optional<Response> refuse_deletion(const Services& services,
                                        const coordinator::Snapshot& snapshot,
                                        const std::string& name) {
  if (is_held(services, snapshot)) {
    return refusal(409, fmt::format("'{}' runs; cancel it first", name));
  }
  // Not by the snapshot: it may not have seen yet that the engine is gone.
  if (coordinator::may_have_jobs(snapshot.folder())) {
    return refusal(409, coordinator::open_jobs_text(name));
  }
  return std::nullopt;
}

std::string without_node(const std::string& text, const std::string& name) {
  throw_if_foreign(text, name);
  return remove_node(text, name);
}

std::string with_node(const std::string& text, const NodeChange& change) {
  throw_if_foreign(text, change.name);
  return set_node(text, change);
}

}  // namespace sciwright::server
