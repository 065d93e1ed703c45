#include "record/intervals.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sciwright::record {
namespace {

constexpr double kSecondsPerNs = 1e-9;

void add_statistics(TimerSummary& summary, const std::vector<double>& durations_s) {
  if (durations_s.empty()) return;
  summary.count = static_cast<int>(durations_s.size());
  const auto [least, most] = std::minmax_element(durations_s.begin(), durations_s.end());
  summary.min_s = *least;
  summary.max_s = *most;
  for (const double d : durations_s) summary.sum_s += d;
  const double mean = summary.sum_s / summary.count;
  summary.mean_s = mean;
  if (summary.count < 2) return;
  double squares = 0;
  for (const double d : durations_s) squares += (d - mean) * (d - mean);
  summary.std_s = std::sqrt(squares / (summary.count - 1));
}

std::int64_t end_utc_ns(const Interval& interval) {
  return interval.start_utc_ns + interval.duration_ns.value_or(0);
}

}  // namespace

std::vector<TimerSummary> summarize(const std::vector<Interval>& intervals) {
  std::vector<TimerSummary> summaries;
  std::vector<std::vector<double>> durations_s;
  std::map<std::string, std::size_t, std::less<>> index_of;
  for (const Interval& interval : intervals) {
    if (interval.kind == IntervalKind::kGap) continue;
    const auto [it, is_new] = index_of.try_emplace(interval.name, summaries.size());
    if (is_new) {
      summaries.emplace_back().name = interval.name;
      durations_s.emplace_back();
    }
    TimerSummary& summary = summaries[it->second];
    if (interval.duration_ns) {
      durations_s[it->second].push_back(static_cast<double>(*interval.duration_ns) * kSecondsPerNs);
    } else {
      ++summary.num_running;
    }
    if (is_new || interval.start_utc_ns >= summary.last.start_utc_ns) summary.last = interval;
  }
  for (std::size_t i = 0; i < summaries.size(); ++i) add_statistics(summaries[i], durations_s[i]);
  return summaries;
}

std::vector<Interval> join_sessions(std::vector<Interval> earlier, std::vector<Interval> present,
                                    const std::string& why) {
  if (earlier.empty()) return present;
  int session = 0;
  std::int64_t last_ns = earlier.front().start_utc_ns;
  for (Interval& interval : earlier) {
    if (interval.status == "running") interval.status = "interrupted";
    session = std::max(session, interval.session + 1);
    last_ns = std::max(last_ns, end_utc_ns(interval));
  }
  if (!present.empty()) {
    Interval gap;
    gap.name = "gap";
    gap.kind = IntervalKind::kGap;
    gap.session = session;
    gap.start_utc_ns = last_ns;
    gap.duration_ns = std::max<std::int64_t>(0, present.front().start_utc_ns - last_ns);
    gap.status = "ok";
    gap.message = why;
    earlier.push_back(std::move(gap));
  }
  for (Interval& interval : present) {
    interval.session = session;
    earlier.push_back(std::move(interval));
  }
  return earlier;
}

}  // namespace sciwright::record
