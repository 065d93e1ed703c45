#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jobs/job_status.h"

namespace sciwright::jobs {

/// A job as the supervisor is told of it.
struct SupervisedJob {
  std::uint64_t number = 0;  ///< The launcher's, for answers.
  double time_limit_s = 0;
  std::string facts = {};  ///< First part of the record's start line (`start_facts`).
  std::string scheduler_id = {};
  std::string directory = {};          ///< Of the output.
  std::string working_directory = {};  ///< Where it runs.
  std::string record = {};             ///< Full path.
  std::vector<std::string> command = {};
  std::vector<std::string> environment = {};  ///< "NAME=value", on top of the supervisor's own.
};

/// What the supervisor tells of a job.
struct SupervisorNews {
  enum class Kind : std::int32_t {
    kStarted,
    kEnded,
    kTaken,  ///< Somebody else has claimed this attempt; not started.
  };
  std::uint64_t number = 0;
  Kind kind = Kind::kStarted;
  EndingKind ending = EndingKind::kSuccess;
  std::int32_t exit_code = -1;  ///< -1: ended by `signal`.
  std::int32_t signal = 0;
};

/// Starts a process that runs jobs, at most `num_slots` at a time, and outlives this one. It is no
/// child of ours (so no zombie either), in a session of its own (a Ctrl-C at the terminal is not
/// for it), with no descriptor of ours but the socket whose other end is returned. Each job is a
/// session and process group of its own; what is left of the group when the job ends is killed.
/// SIGTERM, at the time limit or for a cancel, is followed by SIGKILL after `grace_s`. When our end
/// of the socket is closed, also by kill -9, jobs that have not started are dropped, and those that
/// run are waited for and their ends recorded. Forks without exec: other threads of this process
/// do not exist there.
int start_supervisor(int num_slots, double grace_s);

/// The message that hands a job over.
std::string encode(const SupervisedJob& job);

/// The message that asks for the end of a job, whether it has started or not.
std::string encode_cancel(std::uint64_t number);

}  // namespace sciwright::jobs
