#include "jobs/run_jobs.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace sciwright::jobs {
namespace {

/// So many are looked at in a turn: far more than a launcher takes at once, and few enough that
/// turns stay short in a sweep of a hundred thousand.
constexpr std::size_t kWindow = 1000;
constexpr double kLongestWait_s = 1;

bool is_over(const JobTracker& tracker, const Job& job) {
  const auto report = tracker.reports().find(job.id);
  if (report == tracker.reports().end() || report->second.handle.attempt < job.attempt) {
    return false;
  }
  return is_over(report->second);
}

bool has_succeeded(const JobTracker& tracker, const Job& job) {
  const auto& ending = tracker.reports().at(job.id).status.ending;
  return ending && ending->kind == EndingKind::kSuccess;
}

/// Moves those that are over out of the window and fills it again from the rest.
void advance(const JobTracker& tracker, std::vector<Job>& window, std::span<const Job>& rest,
             RunSummary& summary) {
  std::erase_if(window, [&](const Job& job) {
    if (!is_over(tracker, job)) return false;
    ++(has_succeeded(tracker, job) ? summary.num_succeeded : summary.num_failed);
    return true;
  });
  const std::size_t count = std::min(kWindow - window.size(), rest.size());
  window.insert(window.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
  rest = rest.subspan(count);
}

bool has_unended(const JobTracker& tracker) {
  return std::any_of(tracker.reports().begin(), tracker.reports().end(),
                     [](const auto& item) { return !is_over(item.second); });
}

void drop_blocked(const std::vector<std::string>& blocked, std::vector<Job>& window,
                  RunSummary& summary) {
  if (blocked.empty()) return;
  const std::set<std::string> ids(blocked.begin(), blocked.end());
  std::erase_if(window, [&](const Job& job) { return ids.contains(job.id); });
  summary.num_left += ids.size();
  for (const std::string& id : ids) {
    summary.problems.push_back(fmt::format("job {} depends on one that did not succeed", id));
  }
}

}  // namespace

RunSummary run_jobs(JobTracker& tracker, std::span<const Job> jobs, const RunCallbacks& callbacks) {
  RunSummary summary;
  std::vector<Job> window;
  std::span<const Job> rest = jobs;
  bool is_silent = false;
  bool has_begun = false;
  while (true) {
    const PollReport news = tracker.poll();
    for (const std::string& id : news.changed) {
      if (callbacks.on_change) callbacks.on_change(tracker.reports().at(id));
    }
    if (callbacks.stop && callbacks.stop()) break;
    std::string silence = news.reachable ? "" : news.message;
    if (tracker.has_room()) {  // also when all have ended
      advance(tracker, window, rest, summary);
      if (window.empty() && rest.empty()) break;
      const SubmitReport report = tracker.submit(window, callbacks.stop);
      summary.problems.insert(summary.problems.end(), report.refused.begin(), report.refused.end());
      drop_blocked(report.blocked, window, summary);
      if (!report.reachable) silence = report.wait_reason;
      has_begun = has_begun || report.num_submitted > 0;
    }
    if (!silence.empty() && !is_silent && callbacks.on_silence) callbacks.on_silence(silence);
    is_silent = !silence.empty();
    summary.reachable = !is_silent || has_begun || has_unended(tracker);
    if (!summary.reachable) break;
    tracker.wait(kLongestWait_s);
  }
  advance(tracker, window, rest, summary);
  summary.num_left += window.size() + rest.size();
  return summary;
}

}  // namespace sciwright::jobs
