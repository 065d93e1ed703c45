#include "cloudmask/data/scene_name.h"

#include <regex>

#include <fmt/format.h>

#include "base/clock.h"

namespace sciwright::cloudmask {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

/// "20191003T221154" as seconds since 1970; nothing when there is no such time.
std::optional<std::int64_t> parse_time_s(const std::string& text) {
  const auto number = [&](std::size_t from, std::size_t count) {
    return std::stoi(text.substr(from, count));
  };
  const int year = number(0, 4);
  const int month = number(4, 2);
  const int day = number(6, 2);
  const int hour = number(9, 2);
  const int minute = number(11, 2);
  const int second = number(13, 2);
  const std::int64_t days = days_from_civil(year, month, day);
  const CivilDate date = civil_from_days(days);
  const bool exists = date.month == month && date.day == day && hour < 24 && minute < 60;
  if (!exists || second > 60) return std::nullopt;
  return days * kSecondsPerDay + hour * 3600 + minute * 60 + second;
}

std::string format_time(std::int64_t time_s) {
  const CivilDate date = civil_from_days(time_s / kSecondsPerDay);
  const std::int64_t second = time_s % kSecondsPerDay;
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", date.year, date.month, date.day,
                     second / 3600, second / 60 % 60, second % 60);
}

}  // namespace

std::optional<SceneName> parse_scene_name(const std::string& name) {
  static const std::regex kPattern(
      "(S3[A-Z])_SL_1_RBT____(\\d{8}T\\d{6})_(\\d{8}T\\d{6})_(\\d{8}T\\d{6})_(\\d{4})_(\\d{3})_"
      "(\\d{3})_(\\d{4})_([A-Z0-9]{3})_([A-Z])_([A-Z]{2})_(\\w{3})(\\..*)?");
  std::smatch part;
  if (!std::regex_match(name, part, kPattern)) return std::nullopt;
  const auto start = parse_time_s(part[2]);
  const auto stop = parse_time_s(part[3]);
  const auto creation = parse_time_s(part[4]);
  if (!start || !stop || !creation) return std::nullopt;
  return SceneName{.mission = part[1],
                   .start_s = *start,
                   .stop_s = *stop,
                   .creation_s = *creation,
                   .duration_s = std::stoi(part[5]),
                   .cycle = std::stoi(part[6]),
                   .relative_orbit = std::stoi(part[7]),
                   .frame = std::stoi(part[8]),
                   .centre = part[9],
                   .platform = part[10],
                   .timeliness = part[11],
                   .collection = part[12]};
}

std::string format_scene_name(const SceneName& n) {
  return fmt::format("{}_SL_1_RBT____{}_{}_{}_{:04}_{:03}_{:03}_{:04}_{}_{}_{}_{}", n.mission,
                     format_time(n.start_s), format_time(n.stop_s), format_time(n.creation_s),
                     n.duration_s, n.cycle, n.relative_orbit, n.frame, n.centre, n.platform,
                     n.timeliness, n.collection);
}

}  // namespace sciwright::cloudmask
