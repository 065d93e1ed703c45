#pragma once

#include <string>
#include <vector>

namespace sciwright::plot {

struct Tick {
  double value = 0;
  std::string label = {};
};

/// Ticks of one axis, ascending.
struct Ticks {
  std::vector<Tick> major = {};
  std::vector<double> minor = {};  ///< Without labels: 2..9 between decades.
  int exponent = 0;                ///< The labels are to be multiplied by 10 to this power.
};

/// Steps of 1, 2 or 5 times a power of ten, about `target` of them (never more than two beyond).
/// Very large or small numbers share one power of ten. Needs low < high, finite.
Ticks linear_ticks(double low, double high, int target);

/// Decades (each, or every k-th when there are more than `target`); on less than two decades 1, 2,
/// 5 or linear steps. Needs 0 < low < high, finite.
Ticks log_ticks(double low, double high, int target);

/// Whole years (steps 1, 2, 5, 10 …), months (1, 3, 6), days (1, 2, 7, 14) or hours (1, 3, 6, 12)
/// of the proleptic Gregorian calendar, UTC; at most `target`. low and high are days since
/// 1970-01-01; beyond the years ±10,000 the numbers of days are shown.
Ticks date_ticks(double low_days, double high_days, int target);

/// 0, 1, 2 … with the names.
Ticks category_ticks(const std::vector<std::string>& names);

}  // namespace sciwright::plot
