#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/intervals.h"

namespace sciwright::record {

/// The content of `timers.csv`: one row per raw interval under the header
/// `session,thread,depth,name,kind,status,start_utc,duration_s,message,values`. `start_utc` is
/// ISO 8601 with nanoseconds, `duration_s` has nine decimals and is empty while the interval runs,
/// `values` is JSON or empty.
std::string timers_csv(const std::vector<Interval>& intervals);

/// Reads timers_csv() back. Rows that cannot be read are left out and described in `problems`;
/// a file that does not begin with the header gives one problem and no interval.
std::vector<Interval> parse_timers_csv(std::string_view text, Problems& problems);

/// Reads a `timers.csv`; nothing when there is no such file. Throws a usage error that lists the
/// bad rows.
std::vector<Interval> read_timers(const std::filesystem::path& path);

/// Replaces a `timers.csv` atomically.
void write_timers(const std::filesystem::path& path, const std::vector<Interval>& intervals);

}  // namespace sciwright::record
