#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.h"
#include "jobs/job_record.h"
#include "jobs/job_status.h"

namespace sciwright::jobs {

/// What a launcher can do, and how it wants to be treated.
struct Capabilities {
  std::string_view name = {};      ///< "local", "slurm", "lsf", "ssh:HOST": as in ledgers.
  bool dependencies = false;       ///< Knows `Job::after`; otherwise the caller must wait.
  bool keeps_time_limits = false;  ///< Ends jobs at their time limit.
  /// Its word that a job ended well counts without the job's record, which a full disk may have
  /// kept from being written. A scheduler's does not: it may have given the number away again.
  bool knows_endings = false;
  bool outlives_machine = true;  ///< Jobs go on when this machine stops; so the ledger is synced.
  double poll_interval_s = 0;    ///< At least that long between two polls.
};

/// Which of the waiting jobs the next `submit` may take.
struct Parcel {
  std::vector<std::size_t> jobs = {};  ///< Indices into the waiting jobs, ascending.
  std::string wait_reason = {};        ///< Why there are none now, in plain words.
};

/// What became of a parcel.
struct Submission {
  enum class Outcome {
    kAccepted,
    kLater,        ///< No room now; nothing was handed over.
    kRefused,      ///< These jobs will never be taken; nothing was handed over.
    kUnreachable,  ///< No answer: they may or may not have been handed over.
    kNotSent,      ///< There is nobody to hand them to: no such program, or no way to the host.
  };
  Outcome outcome = Outcome::kAccepted;
  std::vector<std::string> scheduler_ids = {};  ///< One for each job of an accepted parcel.
  std::string message = {};                     ///< Why not, in plain words.
  bool is_hopeless = false;                     ///< With kNotSent: it will be the same later.
};

/// A job that was handed over, or may have been.
struct Handle {
  std::string parcel = {};        ///< Unique name under which it was handed over.
  std::size_t index = 0;          ///< Its place in the parcel, from 0.
  std::string scheduler_id = {};  ///< Empty when it is not known whether it arrived.
  std::string directory = {};     ///< Absolute.
  int attempt = 1;
};

/// What a scheduler answered about many jobs.
struct Answer {
  bool reachable = true;
  std::string message = {};              ///< Why there is no answer.
  std::vector<JobStatus> statuses = {};  ///< One for each handle; kUnknown for what nobody knows.
  /// Indices of handles that were dropped before they started; they may be handed over again.
  std::vector<std::size_t> dropped = {};
};

/// What a scheduler knows under a parcel's name.
struct Found {
  enum class Outcome { kPresent, kAbsent, kUnreachable };
  Outcome outcome = Outcome::kAbsent;
  std::vector<std::string> scheduler_ids = {};  ///< One for each job of the parcel, when present.
  std::string message = {};                     ///< Why there is no answer.
};

/// Starts commands somewhere and says what its scheduler says about them. It keeps nothing that
/// cannot be lost: JobTracker keeps the books. One thread uses a launcher. What happens every day
/// (no answer, no room, a refusal) is returned; failures of this machine are thrown.
class Launcher {
 public:
  virtual ~Launcher() = default;

  virtual Capabilities capabilities() const = 0;

  /// A quick answer to how many jobs the next parcel may have at most.
  virtual std::size_t free_places() const { return std::numeric_limits<std::size_t>::max(); }

  /// Chooses what the next `submit` may take of jobs that wait, within the site's limits.
  virtual Parcel next_parcel(std::span<const Job> waiting) = 0;

  /// Hands over a parcel under a unique name, with one call of the scheduler.
  virtual Submission submit(const std::string& parcel, std::span<const Job> jobs) = 0;

  /// Looks for a parcel whose submission was interrupted. `handles` are its jobs, without ids.
  virtual Found find(const std::string& parcel, std::span<const Handle> handles) = 0;

  /// Asks for all jobs at once.
  virtual Answer poll(std::span<const Handle> handles) = 0;

  /// Asks for the end of jobs. False, with a message, when the scheduler does not answer.
  virtual Answer cancel(std::span<const Handle> handles) = 0;

  /// Why the job is where it is, in plain words, and what to do; empty when there is nothing to
  /// say.
  virtual std::string explain(const Handle& handle) = 0;

  /// The job's record where it is: on this file system, or brought from where the job runs.
  virtual JobRecord record(const Handle& handle) {
    return read_job_record(record_path(handle.directory, handle.attempt));
  }

  /// A descriptor that becomes readable when a poll has something new to say; -1 without.
  virtual int change_descriptor() const { return -1; }
};

}  // namespace sciwright::jobs
