#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "coordinator/folder.h"

namespace sciwright::coordinator {

/// What somebody asks of the engine.
struct Request {
  enum class Kind {
    kCancel,   ///< End what runs, and do not start what waits.
    kHold,     ///< Do not start it before a release.
    kRelease,  ///< The other way round.
    kReset,    ///< As if it had not run; of a node: with all that depends on it.
    kRetry     ///< Again what failed or was cancelled.
  };
  Kind kind = Kind::kCancel;
  std::string node = {};  ///< Empty: the whole workflow.

  bool operator==(const Request&) const = default;
};

std::string_view request_name(Request::Kind kind);
std::optional<Request::Kind> request_named(std::string_view name);

/// Leaves the request for the engine and waits until it has met it. With no engine alive it is met
/// here and now by this process, under the engine's lock; a cancel then ends jobs that a dead
/// engine left running and waits for their ends. Nodes may be held and released before the first
/// run. True where an engine met it. Throws a usage error for a node that is not there, when there
/// was no run, and with its reason when it is refused. Call it before starting threads.
bool make_request(const WorkflowFolder& folder, const Request& request, const Clock& clock);

/// A request as it waits.
struct WaitingRequest {
  std::filesystem::path file;
  std::int64_t utc_ns = 0;  ///< When it was made.
  Request request;
};

/// Writes the request's file, and nothing else.
void leave_request(const WorkflowFolder& folder, const Request& request, const Clock& clock);

/// Those that wait, oldest first. Unreadable files are left out and removed.
std::vector<WaitingRequest> waiting_requests(const WorkflowFolder& folder);

}  // namespace sciwright::coordinator
