#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::record {

using Json = nlohmann::json;

/// What a row of `timers.csv` stands for.
enum class IntervalKind {
  kInterval,  ///< Something that took time.
  kEvent,     ///< A moment; its duration is 0.
  kGap,       ///< The time before a session, when nothing ran: in a queue, or idle.
};

/// The status of an interval that its program did not live to end. Its duration is how long it ran
/// at least.
inline constexpr const char* kKilled = "killed";

/// One raw measurement. Stamps are the wall clock's at the start of the session plus monotonic
/// time, so that differences are true durations.
struct Interval {
  std::string name;
  IntervalKind kind = IntervalKind::kInterval;
  int session = 0;       ///< 0 in a run that was never resumed.
  int thread_index = 0;  ///< 0 for the thread that was measured first.
  int depth = 0;         ///< How many intervals of the same thread were open around it.
  std::int64_t start_utc_ns = 0;
  std::optional<std::int64_t> duration_ns;  ///< Nothing while it runs.
  std::string status = "running";           ///< "running", "ok", "failed" or the user's own word.
  std::optional<std::string> message;
  Json values;  ///< Null where none were given.
};

/// All intervals of one name in numbers. Running ones count in no number but `num_running`.
struct TimerSummary {
  std::string name;
  int count = 0;  ///< Ended intervals and events.
  int num_running = 0;
  double sum_s = 0;
  std::optional<double> min_s;  ///< The statistics are absent while nothing has ended.
  std::optional<double> max_s;
  std::optional<double> mean_s;
  std::optional<double> std_s;  ///< Of the sample (n - 1): absent below two intervals.
  Interval last;                ///< The one that was started last.
};

/// One summary per name, in order of first appearance. Gaps are left out.
std::vector<TimerSummary> summarize(const std::vector<Interval>& intervals);

}  // namespace sciwright::record
