#pragma once

#include <string_view>

#include "jobs/job_status.h"

namespace sciwright::jobs {

/// Folds one of Slurm's job states, long or short as squeue and sacct print them ("PENDING", "PD",
/// "CANCELLED by 1000", "OUT_OF_MEMORY"), with an exit code "CODE:SIGNAL" that may be empty. A
/// state that is not in the table of Slurm's manual (squeue, "JOB STATE CODES") is unknown, not
/// dead; its word is the reason.
JobStatus slurm_status(std::string_view state, std::string_view exit_code = {});

}  // namespace sciwright::jobs
