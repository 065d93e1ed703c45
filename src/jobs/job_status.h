#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sciwright::jobs {

/// Where a job is. Unknown is not dead: nobody answered, or nobody knows.
enum class JobState { kUnknown, kPending, kRunning, kEnded };

/// How a job ended.
enum class EndingKind {
  kSuccess,      ///< Exit code 0.
  kFailure,      ///< Another exit code, or a signal nobody asked for.
  kOutOfMemory,  ///< Killed for using more memory than it asked for.
  kTimeLimit,    ///< Stopped at its time limit or deadline.
  kNodeFailure,  ///< Its node failed or did not boot; not the job's fault.
  kPreempted,    ///< Stopped for a job of higher priority; not the job's fault.
  kCancelled,    ///< Stopped by a person.
  kLost,         ///< Gone, and nothing was left that says how.
};

/// The end of a job.
struct Ending {
  EndingKind kind = EndingKind::kSuccess;
  std::optional<int> exit_code = {};
  std::optional<int> signal = {};

  bool operator==(const Ending&) const = default;
};

/// What is known about a job.
struct JobStatus {
  JobState state = JobState::kUnknown;
  std::optional<Ending> ending = {};  ///< There exactly when the state is kEnded.
  std::string reason = {};  ///< The scheduler's word for why it is in this state; may be empty.

  bool operator==(const JobStatus&) const = default;
};

/// A job that ended this way.
JobStatus ended(EndingKind kind, std::optional<int> exit_code = {}, std::optional<int> signal = {},
                std::string reason = {});

/// "unknown", "pending", "running", "ended".
std::string_view state_name(JobState state);

/// "success", "failure", "out_of_memory", … as in job records.
std::string_view ending_name(EndingKind kind);

/// The kind of that name; nothing for another word.
std::optional<EndingKind> ending_named(std::string_view name);

/// One line for people: "exit code 3", "killed by signal 9 (Killed)", "stopped at its time limit".
std::string describe(const Ending& ending);

}  // namespace sciwright::jobs
