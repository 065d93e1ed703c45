#include "stats/summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace sciwright::stats {
namespace {

/// Counted from the smallest value, so that equal values have exactly that mean.
double mean_of(std::span<const double> values) {
  const double first = values.front();
  double sum = 0;
  for (const double value : values) sum += value - first;
  return first + sum / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

}  // namespace

Summary summarize(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  Summary out;
  out.num = values.size();
  out.min = values.front();
  out.max = values.back();
  out.mean = mean_of(values);
  out.median = std::midpoint(values[(out.num - 1) / 2], values[out.num / 2]);
  if (out.num >= 2) out.standard_deviation = deviation_of(values, out.mean);
  if (out.num >= 3) out.olympic_mean = mean_of(std::span(values).subspan(1, out.num - 2));
  return out;
}

}  // namespace sciwright::stats
