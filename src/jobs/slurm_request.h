#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.h"

namespace sciwright::jobs {

/// The `#SBATCH` lines of a job's own script, up to its first command, without those that name the
/// job, its output or an array: these are the launcher's.
std::vector<std::string> sbatch_lines(const Job& job);

/// A job's resources as options of sbatch; its own directives last, since the last one wins.
std::vector<std::string> sbatch_options(const Resources& resources);

/// "after these have succeeded" as an option of sbatch; empty for none.
std::vector<std::string> dependency_options(const std::vector<std::string>& scheduler_ids);

/// Text that is equal for jobs that may go into one array.
std::string array_key(const Job& job);

}  // namespace sciwright::jobs
