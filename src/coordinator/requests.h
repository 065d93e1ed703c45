#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "coordinator/folder.h"

namespace sciwright::coordinator {

/// What somebody asks of the engine.
struct Request {
  enum class Kind { kCancel, kHold, kRelease, kReset, kRetry };
  Kind kind = Kind::kCancel;
  std::string node = {};  ///< Empty: the whole workflow.
};

std::string_view request_name(Request::Kind kind);
std::optional<Request::Kind> request_named(std::string_view name);

/// Leaves the request where an engine finds it within a fraction of a second. With no engine alive
/// hold, release, reset and retry are done here and now, under the engine's lock, and a cancel ends
/// jobs that a dead engine left running. Throws a usage error for a node that is not there.
void make_request(const WorkflowFolder& folder, const Request& request, const Clock& clock);

/// A request as it waits.
struct WaitingRequest {
  std::filesystem::path file;
  Request request;
};

/// Those that wait, oldest first. Unreadable files are left out and removed.
std::vector<WaitingRequest> waiting_requests(const WorkflowFolder& folder);

}  // namespace sciwright::coordinator
