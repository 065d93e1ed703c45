#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

#include "base/random.h"
#include "stats/quantile.h"

namespace sciwright::stats {
namespace {

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The statistic of every resample, sorted.
std::vector<double> resampled(std::span<const double> values, const Statistic& statistic,
                              const BootstrapOptions& options) {
  RandomStream random(derive_seed(options.seed, "bootstrap"));
  std::vector<double> sample(values.size());
  std::vector<double> out(static_cast<std::size_t>(options.num_resamples));
  for (double& result : out) {
    for (double& drawn : sample) drawn = values[random.below(values.size())];
    result = statistic(sample);
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// The statistic without one value each (jackknife).
std::vector<double> left_one_out(std::span<const double> values, const Statistic& statistic) {
  std::vector<double> rest(values.begin() + 1, values.end());
  std::vector<double> out = {statistic(rest)};
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    rest[i] = values[i];
    out.push_back(statistic(rest));
  }
  return out;
}

/// How skewed the statistic is: its acceleration (Efron and Tibshirani 1993, equation 14.15).
double acceleration(std::span<const double> values, const Statistic& statistic) {
  const std::vector<double> jackknife = left_one_out(values, statistic);
  const double mean = mean_of(jackknife);
  double squares = 0;
  double cubes = 0;
  for (const double value : jackknife) {
    squares += (mean - value) * (mean - value);
    cubes += (mean - value) * (mean - value) * (mean - value);
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

/// The share of sorted values below one, those equal to it counted half.
double share_below(const std::vector<double>& sorted, double value) {
  const auto low = std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
  const auto high = std::upper_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
  return static_cast<double>(low + high) / (2 * static_cast<double>(sorted.size()));
}

}  // namespace

std::optional<Interval> bootstrap_interval(std::span<const double> values,
                                           const Statistic& statistic,
                                           const BootstrapOptions& options) {
  if (values.size() < 2) return {};
  const std::vector<double> replicates = resampled(values, statistic, options);
  if (replicates.front() == replicates.back()) return {};
  const boost::math::normal normal;
  // A statistic outside of all its resamples has no finite correction: as if half a resample were
  // beyond it.
  const double least = 0.5 / static_cast<double>(replicates.size());
  const double share = std::clamp(share_below(replicates, statistic(values)), least, 1 - least);
  const double bias = quantile(normal, share);
  const double skew = acceleration(values, statistic);
  const auto bound = [&](double fraction) {
    const double shifted = bias + quantile(normal, fraction);
    return quantile_of_sorted(replicates, cdf(normal, bias + shifted / (1 - skew * shifted)));
  };
  const double tail = (1 - options.confidence) / 2;
  return Interval{bound(tail), bound(1 - tail)};
}

std::optional<Interval> bootstrap_mean_interval(std::span<const double> values,
                                                const BootstrapOptions& options) {
  return bootstrap_interval(values, mean_of, options);
}

}  // namespace sciwright::stats
