#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace sciwright::stats {

/// A range that a quantity lies in with some confidence.
struct Interval {
  double low = 0;
  double high = 0;

  bool operator==(const Interval&) const = default;
};

/// How an interval is drawn.
struct BootstrapOptions {
  int num_resamples = 10'000;
  double confidence = 0.95;  ///< Two-sided.
  std::uint64_t seed = 1;    ///< The same seed gives the same interval, to the last bit.
};

/// A number that a sample comes to.
using Statistic = std::function<double(std::span<const double>)>;

/// Bias-corrected and accelerated bootstrap interval of a statistic (Efron 1987; Efron and
/// Tibshirani 1993, chapter 14), ties counted half. Nothing for fewer than two values, or where the
/// statistic of every resample is the same: then the sample says nothing of the spread.
std::optional<Interval> bootstrap_interval(std::span<const double> values,
                                           const Statistic& statistic,
                                           const BootstrapOptions& options = {});

/// The same for the mean.
std::optional<Interval> bootstrap_mean_interval(std::span<const double> values,
                                                const BootstrapOptions& options = {});

}  // namespace sciwright::stats
