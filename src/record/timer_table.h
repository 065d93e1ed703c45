#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "record/intervals.h"

namespace sciwright::record {

/// Facts and choices of a timer report. The reports reproduce the output of cloudmesh's StopWatch
/// (`benchmark()`), so that scripts which search logs for `# csv` lines go on working.
struct TimerReport {
  std::string tag;      ///< A free label, a column of its own.
  std::string node;     ///< Host name.
  std::string user;     ///< Login name.
  std::string system;   ///< "Linux".
  std::string version;  ///< Operating-system version.
  /// Columns by their csv names; empty means all of the original's. "timer,status,time" is its
  /// short form. Known: timer status time sum start tag msg uname.node user uname.system
  /// platform.version.
  std::vector<std::string> columns;
  bool timers = true;            ///< Without them a report is the system table alone.
  bool total = false;            ///< Appends the sum of all timers to the table.
  std::string prefix = "# csv";  ///< Of the csv lines; they are left out when it is empty.
  /// Rows of the system table above the timers, printed in this order; none: no table.
  std::vector<std::pair<std::string, std::string>> system_facts;
};

/// System table, timer table and `# csv` lines, byte for byte the original's, but csv fields are
/// quoted where RFC 4180 asks for it and line breaks in them become blanks. A timer shows its last
/// interval as time and all its intervals as sum; one that runs shows as failed. Throws a usage
/// error for unknown columns.
std::string timer_report(const std::vector<Interval>& intervals, const TimerReport& report);

/// Only the `# csv` lines of timer_report().
std::string timer_csv_lines(const std::vector<Interval>& intervals, const TimerReport& report);

/// One line per timer: name, start and end as Unix seconds, elapsed seconds, status.
std::string timer_text(const std::vector<Interval>& intervals);

/// {"schema_version", "sysinfo": {...}, "benchmark": {name: {...}}} with the original's keys
/// (start, stop, time, sum, status, msg, timer, tag) and count, min, max, mean, std; timers in
/// order of first start. Absent numbers are null.
std::string timer_json(const std::vector<Interval>& intervals, const TimerReport& report);

/// The same as YAML.
std::string timer_yaml(const std::vector<Interval>& intervals, const TimerReport& report);

/// Statistics per timer for people, as Markdown.
std::string timer_markdown(const std::vector<Interval>& intervals);

/// A block of `# csv` lines read back.
struct TimerCsv {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< As many cells as columns each.
};

/// Reads the lines of a log that hold `prefix` and a comma, from there on. The first is the header;
/// repeated headers are skipped. Lines with another number of fields (the original did not quote)
/// are left out and described in `problems` with their line number.
TimerCsv parse_timer_csv_lines(std::string_view log, Problems& problems,
                               std::string_view prefix = "# csv");

}  // namespace sciwright::record
