#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "coordinator/requests.h"
#include "server/service.h"

namespace sciwright::server {

/// Replaces a workflow's file by what `change` makes of it. Returns a refusal while it runs (409)
/// and for an `If-Match` of another text (412); throws a usage error with the problems of the new.
std::optional<Response> change_definition(
    const coordinator::Snapshot& snapshot, const Call& call,
    const std::function<std::string(const std::string&)>& change);

/// What is wrong with the body of a `run`.
Problems problems_of_run_request(const nlohmann::json& body);

/// 202 with the summary, 409 when it runs already, 422 with what the engine said instead.
Response start_engine(const Services& services, const coordinator::Snapshot& snapshot,
                      const std::string& name, const std::string& verb = "run",
                      const std::vector<std::string>& options = {});

/// Leaves a request for the engine; with none alive one of our own commands meets it.
void ask_engine(const Site& site, const coordinator::Snapshot& snapshot,
                const coordinator::Request& request);

}  // namespace sciwright::server
