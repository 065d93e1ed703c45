#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "record/intervals.h"

namespace sciwright::record {

/// What a shell script says about a timer.
enum class TimerMark { kStart, kStop, kEvent };

/// One line of a stopwatch file. Scripts append such lines from as many processes as they like;
/// what they mean together is found when the file is read.
struct TimerLine {
  TimerMark mark = TimerMark::kEvent;
  std::string name;
  std::string by;    ///< Who measures, for example a process number; intervals nest within it.
  std::string boot;  ///< The machine's start, from which `steady_ns` counts.
  std::int64_t steady_ns = 0;
  std::int64_t utc_ns = 0;
  std::string status = "ok";  ///< Of a stop or an event.
  std::optional<std::string> message;
  Json values;
};

/// A line of now and here. Throws a usage error for an empty name.
TimerLine timer_line(TimerMark mark, std::string name, std::string by, const Clock& clock);

/// The line as JSON, without its end.
std::string timer_line_text(const TimerLine& line);

/// The intervals a stopwatch file tells of, ordered by start. A stop ends the newest open interval
/// of its name that the same one started, else the newest that anyone did. Durations come from the
/// monotonic clock, across machines and restarts from UTC. Lines that cannot be read, and stops of
/// what does not run, are left out and described in `problems` with their line number.
std::vector<Interval> parse_stopwatch_file(std::string_view text, Problems& problems);

}  // namespace sciwright::record
