#pragma once

#include <functional>
#include <span>

#include "base/error.h"
#include "jobs/tracker.h"

namespace sciwright::jobs {

/// What `run_jobs` tells and asks meanwhile.
struct RunCallbacks {
  std::function<void(const JobReport&)> on_change = {};  ///< A job's status is another now.
  std::function<bool()> stop = {};  ///< Asked at every turn, after a signal at once.
  /// The scheduler or host does not answer; told once, and again after it has answered.
  std::function<void(const std::string&)> on_silence = {};
};

/// How a `run_jobs` came to its end.
struct RunSummary {
  std::size_t num_succeeded = 0;
  std::size_t num_failed = 0;  ///< Ended in another way, or were refused.
  std::size_t num_left = 0;    ///< Stopped before they ended, or blocked by a failed one.
  Problems problems = {};      ///< Refusals and blocked jobs.
  bool reachable = true;       ///< False: nobody answered, and nothing was handed over.
};

/// Hands jobs over as there is room and waits until all have ended or `stop` says so; what runs
/// then goes on. Jobs of an earlier call on the same ledger are not started again but waited for.
/// While a scheduler does not answer it waits on, unless there is nothing to wait for since nothing
/// was handed over.
RunSummary run_jobs(JobTracker& tracker, std::span<const Job> jobs,
                    const RunCallbacks& callbacks = {});

}  // namespace sciwright::jobs
