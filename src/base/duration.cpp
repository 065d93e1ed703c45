#include "base/duration.h"

#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright {
namespace {

std::optional<double> unit_seconds(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    default:
      return std::nullopt;
  }
}

/// "1h30m", "90s", "90".
std::optional<double> parse_units(const std::string& text) {
  double total_s = 0;
  const char* at = text.data();
  const char* end = at + text.size();
  if (at == end) return std::nullopt;
  while (at != end) {
    double number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    if (rest == end) return at == text.data() ? std::optional(number) : std::nullopt;
    const std::optional<double> unit = unit_seconds(*rest);
    if (!unit) return std::nullopt;
    total_s += number * *unit;
    at = rest + 1;
  }
  return total_s;
}

/// "HH:MM:SS", "D-HH:MM:SS", "MM:SS".
std::optional<double> parse_clock(const std::string& text) {
  int days = 0;
  int fields[3] = {0, 0, 0};
  int used = 0;
  std::string clock = text;
  if (const auto dash = text.find('-'); dash != std::string::npos) {
    if (std::sscanf(text.c_str(), "%d-%n", &days, &used) != 1 || used == 0) return std::nullopt;
    clock = text.substr(dash + 1);
  }
  used = 0;
  int count = std::sscanf(clock.c_str(), "%d:%d:%d%n", &fields[0], &fields[1], &fields[2], &used);
  if (count != 3) {
    fields[2] = 0;
    count = std::sscanf(clock.c_str(), "%d:%d%n", &fields[0], &fields[1], &used);
    if (count != 2) return std::nullopt;
    if (days == 0) {  // MM:SS
      fields[2] = fields[1];
      fields[1] = fields[0];
      fields[0] = 0;
    }
  }
  if (static_cast<std::size_t>(used) != clock.size() || days < 0 || fields[0] < 0 ||
      fields[1] < 0 || fields[2] < 0) {
    return std::nullopt;
  }
  return ((days * 24.0 + fields[0]) * 60 + fields[1]) * 60 + fields[2];
}

}  // namespace

double parse_duration_s(const std::string& text) {
  if (const auto seconds = parse_units(text); seconds && std::isfinite(*seconds)) return *seconds;
  if (const auto seconds = parse_clock(text)) return *seconds;
  throw usage_error(
      fmt::format("'{}' is not a duration; expected for example 90s, 1h30m or 2-12:00:00", text));
}

std::string format_duration(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 3600) return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}h {:02}m", whole / 3600, whole / 60 % 60);
  return fmt::format("{}d {:02}h", whole / 86400, whole / 3600 % 24);
}

}  // namespace sciwright
