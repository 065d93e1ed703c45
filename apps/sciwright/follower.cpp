#include "sciwright/follower.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "campaign/following.h"

namespace sciwright {

Follower::Follower(jobs::JobTracker& tracker, const SubmitOptions& options, std::size_t num_jobs)
    : tracker_(tracker),
      options_(options),
      num_jobs_(num_jobs),
      most_fails_(campaign::parse_max_fails(options.max_fails, num_jobs)),
      bar_(!options.quiet && stderr_is_terminal(), write_stderr, system_clock()) {}

jobs::RunSummary Follower::run(std::span<const jobs::Job> jobs) {
  bar_.start("jobs", static_cast<std::int64_t>(num_jobs_));
  const jobs::RunCallbacks callbacks = {
      .on_change = [this](const jobs::JobReport& report) { note(report); },
      .stop = [this] { return signal_.requested().has_value() || too_many_failed(); },
      .on_silence = [](const auto& message) { fmt::print(stderr, "sciwright: {}\n", message); }};
  jobs::RunSummary summary = jobs::run_jobs(tracker_, jobs, callbacks);
  if (signal_.requested() == ErrorKind::kInterrupted) {
    end_those(/*also_running=*/true);
  } else if (!signal_.requested() && too_many_failed()) {
    end_those(/*also_running=*/false);
  }
  if (stopped_by() || too_many_failed()) count_again(jobs, summary);
  bar_.finish();
  return summary;
}

void Follower::note(const jobs::JobReport& report) {
  const auto& ending = report.status.ending;
  if (jobs::is_over(report)) ++num_over_;
  const bool failed = report.refused || (ending && ending->kind != jobs::EndingKind::kSuccess &&
                                         ending->kind != jobs::EndingKind::kCancelled);
  if (failed) ++num_failed_;
  if (failed && !options_.quiet && !stderr_is_terminal()) {
    fmt::print(stderr, "{}: {}\n", report.id,
               report.refused ? report.status.reason : jobs::describe(*ending));
  }
  bar_.update(static_cast<std::int64_t>(num_over_),
              num_failed_ == 0 ? "" : fmt::format("{} failed", num_failed_));
  if (options_.on_change.empty()) return;
  const std::string problem = campaign::run_hook(options_.on_change, report);
  if (!problem.empty()) fmt::print(stderr, "warning: {}\n", problem);
}

/// Asks for the end of jobs that wait, or of all, and waits for what was started.
void Follower::end_those(bool also_running) {
  std::vector<std::string> ids;
  for (const auto& [id, report] : tracker_.reports()) {
    if (jobs::is_over(report)) continue;
    if (also_running || report.status.state == jobs::JobState::kPending) ids.push_back(id);
  }
  tracker_.cancel(ids);
  while (has_unended()) {
    for (const std::string& id : tracker_.poll().changed) note(tracker_.reports().at(id));
    tracker_.wait(1);
  }
}

/// What was ended here is left for a resume, and what ran on may have failed or succeeded since.
void Follower::count_again(std::span<const jobs::Job> jobs, jobs::RunSummary& summary) const {
  summary.num_succeeded = summary.num_failed = summary.num_left = 0;
  for (const jobs::Job& job : jobs) {
    const auto report = tracker_.reports().find(job.id);
    const bool is_known =
        report != tracker_.reports().end() && report->second.handle.attempt >= job.attempt;
    const auto& ending = is_known ? report->second.status.ending : std::nullopt;
    if (ending && ending->kind == jobs::EndingKind::kSuccess) {
      ++summary.num_succeeded;
    } else if (is_known && (report->second.refused ||
                            (ending && ending->kind != jobs::EndingKind::kCancelled))) {
      ++summary.num_failed;
    } else {
      ++summary.num_left;
    }
  }
}

bool Follower::has_unended() const {
  return std::any_of(tracker_.reports().begin(), tracker_.reports().end(),
                     [](const auto& item) { return !jobs::is_over(item.second); });
}

}  // namespace sciwright
