#pragma once

#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "jobs/job_status.h"

namespace sciwright::jobs {

/// How `squeue` is asked (`-o`), one line a job: id, state, reason.
inline constexpr const char* kSqueueFormat = "%i|%T|%r";

/// The id that `sbatch --parsable` prints: "12" or, in a federation, "12;cluster"; empty when that
/// is not what the text is.
std::string parse_sbatch(std::string_view text);

/// The lines of `squeue --noheader --array -o kSqueueFormat`, by job id ("12", "12_3").
std::map<std::string, JobStatus> parse_squeue(std::string_view text);

/// The lines of `sacct --noheader --parsable2 -o JobID,State,ExitCode`, by job id. A job that was
/// queued again has several lines; the last one counts.
std::map<std::string, JobStatus> parse_sacct(std::string_view text);

/// What a site lets one user have.
struct SlurmLimits {
  static constexpr int kNone = std::numeric_limits<int>::max();
  int max_array_size = 1001;  ///< Array indices are below it (Slurm's default).
  std::string default_account = {};
  std::map<std::string, int> max_submit = {};  ///< Jobs queued or running at a time, by account.

  /// The limit on jobs at a time for an account; empty: the user's default one.
  int max_submit_of(const std::string& account) const;
};

/// MaxArraySize of `scontrol show config`; 1001 when it is not there.
int parse_max_array_size(std::string_view text);

/// Reads `sacctmgr -nP show user NAME withassoc format=DefaultAccount,Account,MaxSubmitJobs,QOS,
/// DefaultQOS` and `sacctmgr -nP show qos format=Name,MaxSubmitPU` into the limits: the lower of
/// the association's and that of the QOS jobs get by default.
void read_submit_limits(std::string_view users, std::string_view qos, SlurmLimits& limits);

}  // namespace sciwright::jobs
