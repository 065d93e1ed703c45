#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace sciwright {

/// Where time comes from. Passed in, so that tests own it: durations come from `steady_ns` only,
/// `utc_ns` is for labels.
struct Clock {
  std::function<std::int64_t()> steady_ns;  ///< Monotonic nanoseconds from an arbitrary start.
  std::function<std::int64_t()> utc_ns;     ///< Nanoseconds since 1970-01-01T00:00:00Z.
};

/// The machine's clocks.
Clock system_clock();

/// A clock that stands still until `*now_ns` is moved; UTC starts at `utc_start_ns`. `now_ns` must
/// outlive the clock.
Clock fake_clock(const std::int64_t* now_ns, std::int64_t utc_start_ns);

/// "2026-11-22T04:27:00Z"; with `digits` decimals of the second (0, 3, 6 or 9).
std::string utc_iso8601(std::int64_t utc_ns, int digits = 0);

/// "2026-11-22 04:27:00", the form of the timer tables.
std::string utc_table_stamp(std::int64_t utc_ns);

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
std::int64_t days_from_civil(int year, int month, int day);

/// A calendar date.
struct CivilDate {
  int year = 1970;
  int month = 1;
  int day = 1;
};

/// The date `days` days after 1970-01-01.
CivilDate civil_from_days(std::int64_t days);

/// "2026-11-22".
std::string iso_date(std::int64_t days_since_1970);

/// Days since 1970-01-01 of "YYYY-MM-DD". Throws a usage error that names the text where it is no
/// such date.
std::int64_t parse_iso_date(const std::string& text);

}  // namespace sciwright
