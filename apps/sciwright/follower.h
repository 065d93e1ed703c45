#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/progress_bar.h"
#include "bench/stop_signal.h"
#include "jobs/run_jobs.h"
#include "sciwright/submit_options.h"

namespace sciwright {

/// Follows the jobs of one call until they have ended or something stops it: a signal, or more
/// failures than are allowed. Ctrl-C ends them, a SIGTERM lets them go on.
class Follower final {
 public:
  /// `num_jobs`: of them so many may fail as the options say.
  Follower(jobs::JobTracker& tracker, const SubmitOptions& options, std::size_t num_jobs);

  jobs::RunSummary run(std::span<const jobs::Job> jobs);

  /// The signal that stopped it, by its exit code.
  std::optional<ErrorKind> stopped_by() const { return signal_.requested(); }
  bool too_many_failed() const { return num_failed_ > most_fails_; }

 private:
  void note(const jobs::JobReport& report);
  void end_those(bool also_running);
  void count_again(std::span<const jobs::Job> jobs, jobs::RunSummary& summary) const;
  bool has_unended() const;

  jobs::JobTracker& tracker_;
  const SubmitOptions& options_;
  const std::size_t num_jobs_;
  const std::size_t most_fails_;
  const bench::StopSignal signal_;
  ProgressBar bar_;
  std::size_t num_over_ = 0;
  std::size_t num_failed_ = 0;
};

}  // namespace sciwright
