#include "base/clock.h"

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::string stamp(std::int64_t utc_ns, char separator) {
  const std::int64_t seconds = floor_div(utc_ns, kNsPerSecond);
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const std::int64_t in_day = seconds - days * kSecondsPerDay;
  return fmt::format("{}{}{:02}:{:02}:{:02}", iso_date(days), separator, in_day / 3600,
                     in_day / 60 % 60, in_day % 60);
}

}  // namespace

Clock system_clock() {
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  return {
      [] {
        return duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
      },
      [] {
        return duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
      },
  };
}

Clock fake_clock(const std::int64_t* now_ns, std::int64_t utc_start_ns) {
  return {[now_ns] { return *now_ns; }, [now_ns, utc_start_ns] { return utc_start_ns + *now_ns; }};
}

std::string utc_iso8601(std::int64_t utc_ns, int digits) {
  std::string text = stamp(utc_ns, 'T');
  if (digits > 0) {
    const std::int64_t ns = utc_ns - floor_div(utc_ns, kNsPerSecond) * kNsPerSecond;
    text += '.' + fmt::format("{:09}", ns).substr(0, static_cast<std::size_t>(digits));
  }
  return text + 'Z';
}

std::string utc_table_stamp(std::int64_t utc_ns) { return stamp(utc_ns, ' '); }

std::int64_t days_from_civil(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

CivilDate civil_from_days(std::int64_t days) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string iso_date(std::int64_t days_since_1970) {
  const CivilDate d = civil_from_days(days_since_1970);
  return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
}

std::int64_t parse_iso_date(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  char rest = 0;
  if (text.size() == 10 &&
      std::sscanf(text.c_str(), "%4d-%2d-%2d%c", &year, &month, &day, &rest) == 3) {
    const std::int64_t days = days_from_civil(year, month, day);
    const CivilDate back = civil_from_days(days);
    if (back.year == year && back.month == month && back.day == day) return days;
  }
  throw usage_error(
      fmt::format("'{}' is not a date; expected YYYY-MM-DD, for example 2005-01-31", text));
}

}  // namespace sciwright
