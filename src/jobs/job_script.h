#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.h"

namespace sciwright::jobs {

/// The text as one word of a POSIX shell.
std::string shell_quote(std::string_view text);

/// Several words, quoted where they need it.
std::string shell_join(const std::vector<std::string>& words);

/// How a script finds its task and its id.
struct ScriptOptions {
  std::string scheduler = {};        ///< "slurm", "lsf", "ssh:HOST".
  std::string task = {};             ///< Shell expression for the task's number, from 1.
  std::string scheduler_id = {};     ///< Shell expression for the scheduler's id of this task.
  int num_slots = 1;                 ///< How many of a task's jobs run at the same time.
  bool enforces_time_limit = false;  ///< By `timeout`, where no scheduler does it.
};

/// POSIX shell text (without its first line) that runs one of the tasks and writes the records of
/// its jobs: an attempt is claimed by a hard link, which also over NFS only one can make, so a job
/// that was submitted twice by accident runs once; then its end is appended. A task has more than
/// one job when small jobs are packed. SIGTERM, SIGINT, SIGUSR1 and SIGUSR2 are passed on. The exit
/// code is that of the last failing job. The shell starts jobs with SIGINT ignored, as it does with
/// everything in the background.
std::string job_script(std::span<const std::vector<Job>> tasks, const ScriptOptions& options);

/// The part of a job's start line that is known before it starts: a JSON object without its closing
/// brace.
std::string start_facts(const Job& job, std::string_view scheduler);

}  // namespace sciwright::jobs
