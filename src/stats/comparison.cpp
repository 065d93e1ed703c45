#include "stats/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/complement.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "stats/summary.h"

namespace sciwright::stats {
namespace {

/// Both samples in one order, with middle ranks for equal values.
struct Ranking {
  double rank_sum_a = 0;
  double tie_term = 0;  ///< Sum of t³ − t over groups of t equal values.
  bool has_ties = false;
};

Ranking rank(std::span<const double> a, std::span<const double> b) {
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto i, auto j) { return all[i] < all[j]; });
  Ranking out;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && all[order[end]] == all[order[first]]) ++end;
    const auto count = static_cast<double>(end - first);
    const double middle = static_cast<double>(first + end + 1) / 2;
    for (std::size_t i = first; i < end; ++i) {
      if (order[i] < a.size()) out.rank_sum_a += middle;
    }
    out.tie_term += count * count * count - count;
    out.has_ties = out.has_ties || count > 1;
    first = end;
  }
  return out;
}

/// P(U >= u) of two samples without ties: of all ways to choose the ranks of the first, those that
/// give each U, counted by the recurrence of Mann and Whitney.
double exact_upper_tail(std::size_t num_a, std::size_t num_b, double u) {
  const std::size_t most = num_a * num_b;
  std::vector<double> ways(most + 1, 0.0);
  ways[0] = 1;
  // The product over i of (1 − x^(num_b + i)) / (1 − x^i): multiplied and divided term by term.
  for (std::size_t i = 1; i <= num_a; ++i) {
    for (std::size_t k = most; k >= num_b + i; --k) ways[k] -= ways[k - num_b - i];
    for (std::size_t k = i; k <= most; ++k) ways[k] += ways[k - i];
  }
  const auto first = static_cast<std::size_t>(std::ceil(u));
  const double above =
      std::accumulate(ways.begin() + static_cast<std::ptrdiff_t>(first), ways.end(), 0.0);
  return above / std::accumulate(ways.begin(), ways.end(), 0.0);
}

double variance_of_mean(const Moments& sample) {
  return sample.standard_deviation * sample.standard_deviation / sample.num;
}

}  // namespace

Moments moments_of(std::span<const double> values) {
  if (values.empty()) return {};
  const Summary summary = summarize({values.begin(), values.end()});
  return {static_cast<double>(summary.num), summary.mean, summary.standard_deviation.value_or(0)};
}

std::optional<TestResult> welch_test(const Moments& a, const Moments& b) {
  const double var_a = variance_of_mean(a);
  const double var_b = variance_of_mean(b);
  if (a.num < 2 || b.num < 2 || var_a + var_b <= 0) return {};
  const double freedom = (var_a + var_b) * (var_a + var_b) /
                         (var_a * var_a / (a.num - 1) + var_b * var_b / (b.num - 1));
  const double t = (a.mean - b.mean) / std::sqrt(var_a + var_b);
  const boost::math::students_t distribution(freedom);
  return TestResult{t, 2 * cdf(complement(distribution, std::abs(t))), freedom};
}

std::optional<TestResult> mann_whitney_test(std::span<const double> a, std::span<const double> b) {
  constexpr std::size_t kExact = 8;
  if (a.empty() || b.empty()) return {};
  const Ranking ranking = rank(a, b);
  const auto num_a = static_cast<double>(a.size());
  const auto num_b = static_cast<double>(b.size());
  const double u = ranking.rank_sum_a - num_a * (num_a + 1) / 2;
  const double larger = std::max(u, num_a * num_b - u);
  if (!ranking.has_ties && std::min(a.size(), b.size()) <= kExact) {
    return TestResult{u, std::min(1.0, 2 * exact_upper_tail(a.size(), b.size(), larger)), {}};
  }
  const double num = num_a + num_b;
  const double variance = num_a * num_b / 12 * (num + 1 - ranking.tie_term / (num * (num - 1)));
  if (variance <= 0) return {};
  const double z = (larger - num_a * num_b / 2 - 0.5) / std::sqrt(variance);
  return TestResult{u, std::min(1.0, 2 * cdf(complement(boost::math::normal(), z))), {}};
}

std::vector<double> holm_correction(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto i, auto j) { return p_values[i] < p_values[j]; });
  std::vector<double> out(p_values.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto num_left = static_cast<double>(order.size() - i);
    largest = std::max(largest, std::min(1.0, p_values[order[i]] * num_left));
    out[order[i]] = largest;
  }
  return out;
}

std::optional<double> hedges_g(const Moments& a, const Moments& b) {
  if (a.num < 2 || b.num < 2) return {};
  const double freedom = a.num + b.num - 2;
  const double pooled = std::sqrt(((a.num - 1) * a.standard_deviation * a.standard_deviation +
                                   (b.num - 1) * b.standard_deviation * b.standard_deviation) /
                                  freedom);
  if (pooled <= 0) return {};
  return (a.mean - b.mean) / pooled * (1 - 3 / (4 * freedom - 1));
}

double probability_of_superiority(std::span<const double> a, std::span<const double> b) {
  const auto num_a = static_cast<double>(a.size());
  const double u = rank(a, b).rank_sum_a - num_a * (num_a + 1) / 2;
  return u / (num_a * static_cast<double>(b.size()));
}

double least_mean_by_chance(const Moments& sample, double num, double significance) {
  const boost::math::students_t distribution(sample.num + num - 2);
  return sample.mean - quantile(complement(distribution, significance)) *
                           sample.standard_deviation * std::sqrt(1 / sample.num + 1 / num);
}

double chance_of_mean(const Moments& sample, double num, double mean) {
  const double error = sample.standard_deviation * std::sqrt(1 / sample.num + 1 / num);
  if (error == 0) return mean < sample.mean ? 0 : 1;
  const boost::math::students_t distribution(sample.num + num - 2);
  return cdf(distribution, (mean - sample.mean) / error);
}

std::optional<Interval> mean_interval(const Moments& sample, double confidence) {
  if (sample.num < 2) return {};
  const boost::math::students_t distribution(sample.num - 1);
  const double reach = quantile(complement(distribution, (1 - confidence) / 2)) *
                       std::sqrt(variance_of_mean(sample));
  return Interval{sample.mean - reach, sample.mean + reach};
}

}  // namespace sciwright::stats
