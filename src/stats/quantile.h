#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sciwright::stats {

/// The quantile of sorted values at a fraction of 0 to 1, linear between neighbours (type 7 of
/// Hyndman and Fan 1996, the default of numpy and R). At least one value.
double quantile_of_sorted(std::span<const double> sorted, double fraction);

/// Lower quartile, median, upper quartile.
struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;
};

/// Of at least one value, none of them NaN.
Quartiles quartiles(std::vector<double> values);

/// Indices of the values further than 1.5 interquartile ranges outside of the quartiles (Tukey
/// 1977), ascending. They are to be looked at, not dropped. None among fewer than four values.
std::vector<std::size_t> outliers(std::span<const double> values);

}  // namespace sciwright::stats
