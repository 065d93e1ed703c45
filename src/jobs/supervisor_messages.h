#pragma once

#include <optional>
#include <string>
#include <variant>

#include "jobs/supervisor.h"

namespace sciwright::jobs {

/// What the supervisor is told: a job to run, or the number of one to end.
using SupervisorOrder = std::variant<SupervisedJob, std::uint64_t>;

/// Takes the first whole message from the front of `buffer`; nothing when there is none yet.
std::optional<SupervisorOrder> take_order(std::string& buffer);

}  // namespace sciwright::jobs
