#pragma once

#include <cstddef>
#include <string>

#include "jobs/tracker.h"

namespace sciwright::campaign {

/// How many experiments of `num_jobs` may fail before no more are started: "3", or "10%" of them
/// rounded up; an empty text means all. Throws a usage error for another text.
std::size_t parse_max_fails(const std::string& text, std::size_t num_jobs);

/// Runs a person's command by the shell, told about an experiment by SCIWRIGHT_EXPERIMENT,
/// SCIWRIGHT_STATE (as `status` calls it) and SCIWRIGHT_DIRECTORY, for a minute at most. Returns
/// why it failed; empty when it did not.
std::string run_hook(const std::string& command, const jobs::JobReport& report);

}  // namespace sciwright::campaign
