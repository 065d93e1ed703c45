#include "plot/ticks.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "plot/text.h"

namespace sciwright::plot {
namespace {

constexpr double kSlack = 1e-9;  // of a step: a limit that misses a tick by rounding still has it
constexpr double kDaysPerYear = 365.2425;
constexpr double kDaysPerMonth = kDaysPerYear / 12;

/// mantissa * 10^exponent.
struct Step {
  int mantissa;
  int exponent;

  /// index * step; dividing for negative exponents gives the double nearest to 0.3, not 3 * 0.1.
  double times(double index) const {
    const double power = std::pow(10.0, std::abs(exponent));
    return exponent < 0 ? index * mantissa / power : index * mantissa * power;
  }
};

/// The smallest of 1, 2, 5 * 10^k that is at least `raw`.
Step nice_step(double raw) {
  const int exponent = static_cast<int>(std::floor(std::log10(raw)));
  const double ratio = raw / std::pow(10.0, exponent);
  for (const int mantissa : {1, 2, 5}) {
    if (ratio <= mantissa * (1 + kSlack)) return {mantissa, exponent};
  }
  return {1, exponent + 1};
}

/// Halved first, so that the span of ±1e308 does not overflow.
double raw_step(double low, double high, int target) {
  return (high / 2 - low / 2) / std::max(target, 1) * 2;
}

std::string power_of_ten(int mantissa, int exponent) {
  const std::string power = "10" + superscript(exponent);
  return mantissa == 1 ? power : fmt::format("{}×{}", mantissa, power);
}

/// "0.02" and "2000" where that is short on the whole axis, "2×10⁻⁵" elsewhere.
std::string log_label(int mantissa, int exponent, bool plain) {
  if (!plain) return power_of_ten(mantissa, exponent);
  return number_text(Step{mantissa, exponent}.times(1), std::max(0, -exponent));
}

Ticks decade_ticks(int first, int last, int target) {
  Ticks ticks;
  const bool plain = first >= -3 && last <= 4;
  const int stride = (last - first) / std::max(target, 1) + 1;
  for (int exponent = first; exponent <= last; ++exponent) {
    if (exponent % stride != 0) continue;
    ticks.major.push_back({Step{1, exponent}.times(1), log_label(1, exponent, plain)});
  }
  return ticks;
}

void add_minor_ticks(Ticks& ticks, double low, double high) {
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::floor(std::log10(high)));
  for (int exponent = first; exponent <= last; ++exponent) {
    for (int mantissa = 2; mantissa <= 9; ++mantissa) {
      const double value = Step{mantissa, exponent}.times(1);
      if (value >= low && value <= high) ticks.minor.push_back(value);
    }
  }
}

/// 1, 2, 5 in each decade of a short logarithmic axis.
Ticks mantissa_ticks(double low, double high) {
  Ticks ticks;
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::floor(std::log10(high)));
  const bool plain = first >= -3 && last <= 4;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const int mantissa : {1, 2, 5}) {
      const double value = Step{mantissa, exponent}.times(1);
      if (value >= low * (1 - kSlack) && value <= high * (1 + kSlack)) {
        ticks.major.push_back({value, log_label(mantissa, exponent, plain)});
      }
    }
  }
  return ticks;
}

std::chrono::year_month_day civil(double days) {
  return std::chrono::sys_days(std::chrono::days(static_cast<int>(std::floor(days))));
}

double days_since_1970(int year, int month_index) {
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month_index) + 1U),
      std::chrono::day(1)};
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// Every `stride` months from January of a year that divides evenly.
Ticks month_ticks(double low, double high, int stride) {
  Ticks ticks;
  const int first_year = static_cast<int>(civil(low).year());
  const int first =
      (first_year >= 0 ? first_year : first_year - stride / 12) * 12 / stride * stride;
  for (int month = first;; month += stride) {
    const int year = month >= 0 ? month / 12 : (month - 11) / 12;
    const double days = days_since_1970(year, month - year * 12);
    if (days > high + kSlack) return ticks;
    if (days < low - kSlack) continue;
    ticks.major.push_back({days, stride % 12 == 0
                                     ? fmt::format("{}", year)
                                     : fmt::format("{}-{:02}", year, month - year * 12 + 1)});
  }
}

Ticks day_ticks(double low, double high, int stride) {
  Ticks ticks;
  for (double day = std::ceil(low / stride - kSlack) * stride; day <= high + kSlack;
       day += stride) {
    const auto date = civil(day);
    ticks.major.push_back(
        {day, fmt::format("{}-{:02}-{:02}", static_cast<int>(date.year()),
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()))});
  }
  return ticks;
}

Ticks hour_ticks(double low, double high, int stride) {
  Ticks ticks;
  const auto last = static_cast<long>(std::floor(high * 24 / stride + kSlack));
  for (auto i = static_cast<long>(std::ceil(low * 24 / stride - kSlack)); i <= last; ++i) {
    const double hours = static_cast<double>(i) * stride;
    const double day = std::floor(hours / 24);
    const auto date = civil(day);
    ticks.major.push_back(
        {hours / 24,
         fmt::format("{:02}-{:02} {:02}:00", static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), static_cast<int>(hours - day * 24))});
  }
  return ticks;
}

}  // namespace

Ticks linear_ticks(double low, double high, int target) {
  const Step step = nice_step(raw_step(low, high, target));
  const double size = step.times(1);
  const double largest = std::max(std::abs(low), std::abs(high));
  const int magnitude = static_cast<int>(std::floor(std::log10(largest)));
  Ticks ticks;
  ticks.exponent = magnitude >= 6 || magnitude <= -4 ? magnitude : 0;
  const int decimals = std::clamp(ticks.exponent - step.exponent, 0, 15);
  const Step shown{step.mantissa, step.exponent - ticks.exponent};
  const double last = std::floor(high / size + kSlack);
  for (double index = std::ceil(low / size - kSlack); index <= last; ++index) {
    ticks.major.push_back({step.times(index), number_text(shown.times(index), decimals)});
  }
  return ticks;
}

Ticks log_ticks(double low, double high, int target) {
  const int first = static_cast<int>(std::ceil(std::log10(low) - kSlack));
  const int last = static_cast<int>(std::floor(std::log10(high) + kSlack));
  Ticks ticks;
  if (last > first) {
    ticks = decade_ticks(first, last, target);
    if (last - first < target) add_minor_ticks(ticks, low, high);
    return ticks;
  }
  ticks = mantissa_ticks(low, high);
  return ticks.major.size() >= 2 ? ticks : linear_ticks(low, high, target);
}

Ticks date_ticks(double low_days, double high_days, int target) {
  constexpr double kFarthest = 10000 * kDaysPerYear;
  if (low_days < -kFarthest || high_days > kFarthest) {
    return linear_ticks(low_days, high_days, target);
  }
  const double raw = (high_days - low_days) / std::max(target, 1);
  for (const int hours : {1, 3, 6, 12}) {
    if (raw * 24 <= hours) return hour_ticks(low_days, high_days, hours);
  }
  for (const int days : {1, 2, 7, 14}) {
    if (raw <= days) return day_ticks(low_days, high_days, days);
  }
  for (const int months : {1, 3, 6}) {
    if (raw <= months * kDaysPerMonth) return month_ticks(low_days, high_days, months);
  }
  const int years =
      static_cast<int>(std::lround(nice_step(std::max(raw / kDaysPerYear, 1.0)).times(1)));
  return month_ticks(low_days, high_days, years * 12);
}

Ticks category_ticks(const std::vector<std::string>& names) {
  Ticks ticks;
  for (std::size_t i = 0; i < names.size(); ++i) {
    ticks.major.push_back({static_cast<double>(i), names[i]});
  }
  return ticks;
}

}  // namespace sciwright::plot
