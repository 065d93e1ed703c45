#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.h"
#include "jobs/job_status.h"

namespace sciwright::jobs {

/// How `bjobs` is asked (`-o`): job id, array index, state, exit code, why it ended, why it waits.
inline constexpr const char* kBjobsFormat =
    "jobid jobindex stat exit_code exit_reason pend_reason delimiter='|'";

/// Folds one of LSF's job states ("PEND", "RUN", "EXIT", …), exit code ("-" for none) and exit
/// reason ("TERM_MEMLIMIT: job killed after …"). A state that is not in the table of LSF's manual
/// (bjobs) is unknown, not dead.
JobStatus lsf_status(std::string_view state, std::string_view exit_code,
                     std::string_view exit_reason);

/// The lines of `bjobs -a -noheader -o kBjobsFormat`, by id: "12_3" for element 3 of array 12.
std::map<std::string, JobStatus> parse_bjobs(std::string_view text);

/// The id in "Job <12> is submitted to queue <normal>."; empty when there is none.
std::string parse_bsub(std::string_view text);

/// A job's resources as options of bsub; its own directives last.
std::vector<std::string> bsub_options(const Resources& resources);

}  // namespace sciwright::jobs
