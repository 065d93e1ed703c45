#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "coordinator/requests.h"
#include "server/definition_edit.h"
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

/// Leaves a request for the engine and waits a moment until it has it; with none alive, or when it
/// dies meanwhile, one of our own commands meets it. Throws a usage error with what that refuses.
void ask_engine(const Services& services, const coordinator::WorkflowFolder& folder,
                const coordinator::Request& request);

/// The refusal for a workflow that may not be deleted: it runs, or its jobs may (409). An engine
/// that has told the end of its run is waited for; it is gone in a moment.
std::optional<Response> refuse_deletion(const Services& services,
                                        const coordinator::Snapshot& snapshot,
                                        const std::string& name);

/// The definition without a node. Throws a usage error for a node that is none of the file's own,
/// with the workflow that it belongs to.
std::string without_node(const std::string& text, const std::string& name);
/// The definition with a node changed or added; throws likewise.
std::string with_node(const std::string& text, const NodeChange& change);

}  // namespace sciwright::server
