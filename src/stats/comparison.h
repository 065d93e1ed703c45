#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/bootstrap.h"

namespace sciwright::stats {

/// A test of the hypothesis that two samples come from the same.
struct TestResult {
  double statistic = 0;
  double p_value = 1;  ///< Two-sided.
  std::optional<double> degrees_of_freedom = {};
};

/// Number of values, mean and standard deviation: what a published table gives of a sample.
struct Moments {
  double num = 0;
  double mean = 0;
  double standard_deviation = 0;  ///< Of the sample (n − 1).
};

Moments moments_of(std::span<const double> values);

/// Welch's test of equal means, of unequal variances (Welch 1947). Nothing for fewer than two
/// values on a side, or where neither side varies.
std::optional<TestResult> welch_test(const Moments& a, const Moments& b);

/// Test of equal distributions by ranks (Mann and Whitney 1947); the statistic is U of `a`. Exact
/// where a side has at most eight values and none are equal, else by the normal distribution with
/// corrections for ties and continuity. Nothing where a side is empty or all values are equal.
std::optional<TestResult> mann_whitney_test(std::span<const double> a, std::span<const double> b);

/// P-values corrected for testing all of them, in the same order (Holm 1979).
std::vector<double> holm_correction(std::span<const double> p_values);

/// Difference of the means over the pooled deviation, with the correction for small samples (Hedges
/// 1981). Nothing for fewer than two values on a side, or without any spread.
std::optional<double> hedges_g(const Moments& a, const Moments& b);

/// P(a > b) + P(a = b) / 2 of one value each, drawn at random. At least one value on a side.
double probability_of_superiority(std::span<const double> a, std::span<const double> b);

/// The lowest mean of `num` further values that Student's one-sided test at this significance does
/// not call lower than the sample's mean, if both vary alike: mean − t · s · √(1/n + 1/num), t with
/// n + num − 2 degrees of freedom, of which there must be one at least.
double least_mean_by_chance(const Moments& sample, double num, double significance = 0.05);

/// The chance of a mean of `num` further values as low as `mean` or lower, by the same test; 0 or 1
/// where the sample does not vary.
double chance_of_mean(const Moments& sample, double num, double mean);

/// Student's interval of the mean. Nothing for fewer than two values.
std::optional<Interval> mean_interval(const Moments& sample, double confidence = 0.95);

}  // namespace sciwright::stats
