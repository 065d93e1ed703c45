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

}  // namespace sciwright::record
