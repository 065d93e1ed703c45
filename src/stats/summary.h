#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace sciwright::stats {

/// What a few measurements of the same thing come to.
struct Summary {
  std::size_t num = 0;
  double mean = 0;
  std::optional<double> standard_deviation = {};  ///< Of the sample (n − 1); from two values on.
  double median = 0;
  /// Mean without the best and the worst value (of several equal ones, one each); from three values
  /// on.
  std::optional<double> olympic_mean = {};
  double min = 0;
  double max = 0;
};

/// Summarises at least one value, none of them NaN. The order of the values changes nothing, not
/// even the last bit.
Summary summarize(std::vector<double> values);

}  // namespace sciwright::stats
