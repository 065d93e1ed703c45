#include "stats/quantile.h"

#include <algorithm>
#include <cmath>

namespace sciwright::stats {

double quantile_of_sorted(std::span<const double> sorted, double fraction) {
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = place - static_cast<double>(below);
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {quantile_of_sorted(values, 0.25), quantile_of_sorted(values, 0.5),
          quantile_of_sorted(values, 0.75)};
}

std::vector<std::size_t> outliers(std::span<const double> values) {
  constexpr std::size_t kFewest = 4;
  std::vector<std::size_t> far;
  if (values.size() < kFewest) return far;
  const Quartiles middle = quartiles({values.begin(), values.end()});
  const double reach = 1.5 * (middle.upper - middle.lower);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < middle.lower - reach || values[i] > middle.upper + reach) far.push_back(i);
  }
  return far;
}

}  // namespace sciwright::stats
