#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "jobs/job_status.h"

namespace sciwright::jobs {

/// Where and as what a job was started. `pid` with `pid_start` and `boot` names one process for
/// ever; they are empty or 0 where the host has no /proc.
struct RecordedStart {
  std::string utc = {};
  double utc_s = 0;  ///< The same in seconds since 1970; 0 when it cannot be read.
  std::string host = {};
  int pid = 0;
  std::string pid_start = {};  ///< Clock ticks since boot.
  std::string boot = {};       ///< The kernel's id of the boot.
  std::string scheduler_id = {};
};

/// What a job wrote about itself in `job.<attempt>.jsonl`.
struct JobRecord {
  bool claimed = false;  ///< The file is there: someone took this attempt, and nobody else can.
  std::string scheduler = {};  ///< "local", "slurm", "lsf", "ssh:HOST".
  std::optional<RecordedStart> start = {};
  std::optional<Ending> ending = {};
  std::string ended_utc = {};
  double ended_utc_s = 0;       ///< The same in seconds since 1970; 0 when it cannot be read.
  bool was_terminated = false;  ///< Got SIGTERM before its end, or died of it.
  double time_limit_s = 0;      ///< What it had asked for; 0: the script's or the site's limit.
  int memory_mb = 0;            ///< Likewise.
  double elapsed_s = 0;         ///< From start to end; 0 before the end.
};

/// Reads the lines of a record. A later start (a job that its scheduler queued again) replaces an
/// earlier one with its end. A torn last line is one that was not written.
JobRecord parse_job_record(std::string_view text);

/// The record in a file; not claimed when there is none.
JobRecord read_job_record(const std::filesystem::path& file);

/// Whether the process of a start is there.
enum class Presence {
  kAlive,
  kGone,      ///< Another process has its number now, or none, or the machine was started anew.
  kElsewhere  ///< It is on another host; nothing can be said from here.
};

/// Looks for the process on this host.
Presence presence_of(const RecordedStart& start);

/// What is known, from the job's own record and from what its scheduler said. The record tells
/// success and exit codes; the scheduler tells why a job was stopped. `cancelled_utc_ns`: when
/// somebody asked for its end, 0 for nobody. What was stopped on its way, by a person, at its time
/// limit or by its scheduler, is no success whatever its exit code: a program that hears SIGTERM,
/// writes down where it was and says 0 has not done all of its work.
JobStatus fold_status(const JobRecord& record, const JobStatus& seen,
                      std::int64_t cancelled_utc_ns);

}  // namespace sciwright::jobs
