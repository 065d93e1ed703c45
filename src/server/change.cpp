#include "server/change.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/suggestion.h"
#include "coordinator/root.h"

namespace sciwright::server {

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
  if (snapshot.is_alive()) return refusal(409, fmt::format("'{}' runs already", name));
  const Problems problems = services.engines.start(snapshot.folder(), verb, options);
  if (!problems.empty()) return refusal(422, problems.front(), problems);
  return summary_response(services.site, name, 202);
}

void ask_engine(const Site& site, const coordinator::Snapshot& snapshot,
                const coordinator::Request& request) {
  if (snapshot.is_alive()) {
    return coordinator::leave_request(snapshot.folder(), request, site.clock);
  }
  std::vector<std::string> arguments = {"workflow",
                                        std::string(coordinator::request_name(request.kind)),
                                        snapshot.folder().definition.string()};
  if (!request.node.empty()) arguments.push_back(request.node);
  run_own_command(site, arguments);
}

}  // namespace sciwright::server
