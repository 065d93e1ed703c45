#pragma once

#include <span>

namespace sciwright::stats {

/// The sum in the order of the values over their number; at least one value.
inline double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace sciwright::stats
