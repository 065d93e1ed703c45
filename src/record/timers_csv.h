#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "record/intervals.h"

namespace sciwright::record {

/// The content of `timers.csv`: one row per raw interval under the header
/// `session,thread,depth,name,kind,status,start_utc,duration_s,message,values`. `start_utc` is
/// ISO 8601 with nanoseconds, `duration_s` has nine decimals and is empty while the interval runs,
/// `values` is JSON or empty.
std::string timers_csv(const std::vector<Interval>& intervals);

/// Reads timers_csv() back, or a file that a TimersFile left: the last row of an interval counts, a
/// half one at the end does not. Rows that cannot be read are left out and described in `problems`;
/// a file that does not begin with the header gives one problem and no interval.
std::vector<Interval> parse_timers_csv(std::string_view text, Problems& problems);

/// Reads a `timers.csv`; nothing when there is no such file. Throws a usage error that lists the
/// bad rows.
std::vector<Interval> read_timers(const std::filesystem::path& path);

/// The `timers.csv` of a run that goes on. A kill leaves every timer that was started: rows are
/// appended as they come, and put in order at the end. Threads may share it.
class TimersFile final {
 public:
  /// `all` gives the intervals so far, those of this session last.
  TimersFile(std::filesystem::path path, std::function<std::vector<Interval>()> all);

  /// Saves an interval of this session that began, changed or ended. Throws as AppendFile.
  void save(const Interval& changed);

  /// Writes the file whole.
  void finish();

 private:
  const std::filesystem::path path_;
  const std::function<std::vector<Interval>()> all_;
  std::mutex mutex_;
  std::unique_ptr<AppendFile> file_;  ///< None before the first row, and after a failure.
  int session_ = 0;
};

/// Replaces a `timers.csv` atomically.
void write_timers(const std::filesystem::path& path, const std::vector<Interval>& intervals);

}  // namespace sciwright::record
