#include "stats/bootstrap.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

#include "base/random.h"
#include "stats/mean.h"

namespace sciwright::stats {
namespace {

/// Places in a sample, drawn at random: two of each number, without a division (Lemire 2019).
class Places final {
 public:
  Places(std::uint64_t seed, std::size_t num)
      : random_(seed), num_(static_cast<std::uint32_t>(num)), reject_below_((0U - num_) % num_) {}

  std::size_t next() {
    while (true) {
      const std::uint64_t product = std::uint64_t{draw()} * num_;
      if (static_cast<std::uint32_t>(product) >= reject_below_) return product >> 32;
    }
  }

 private:
  std::uint32_t draw() {
    has_half_ = !has_half_;
    if (!has_half_) return static_cast<std::uint32_t>(bits_ >> 32);
    bits_ = random_();
    return static_cast<std::uint32_t>(bits_);
  }

  RandomStream random_;
  std::uint32_t num_;
  std::uint32_t reject_below_;
  std::uint64_t bits_ = 0;
  bool has_half_ = false;
};

Places places_of(std::span<const double> values, const BootstrapOptions& options) {
  return {derive_seed(options.seed, "bootstrap"), values.size()};
}

/// The statistic of every resample.
std::vector<double> resampled(std::span<const double> values, const Statistic& statistic,
                              const BootstrapOptions& options) {
  Places places = places_of(values, options);
  std::vector<double> sample(values.size());
  std::vector<double> out(static_cast<std::size_t>(options.num_resamples));
  for (double& result : out) {
    for (double& drawn : sample) drawn = values[places.next()];
    result = statistic(sample);
  }
  return out;
}

/// Four places in a small sample at a time, of 16 bits each. SplitMix64 (Steele et al. 2014): ten
/// times as fast as the streams of the benchmarks, which need not be told apart by millions here.
class SmallPlaces final {
 public:
  static constexpr std::size_t kMostValues = 4096;

  SmallPlaces(std::uint64_t seed, std::size_t num)
      : state_(seed), num_(static_cast<std::uint32_t>(num)), reject_below_(65536U % num_) {}

  /// All four are drawn again where one would make some places likelier (Lemire 2019).
  void next(std::array<std::uint32_t, 4>& places) {
    bool is_fair = false;
    while (!is_fair) {
      std::uint64_t bits = draw();
      is_fair = true;
      for (std::uint32_t& place : places) {
        const std::uint32_t product = static_cast<std::uint32_t>(bits & 0xffffU) * num_;
        is_fair = is_fair && (product & 0xffffU) >= reject_below_;
        place = product >> 16;
        bits >>= 16;
      }
    }
  }

 private:
  std::uint64_t draw() {
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  }

  std::uint64_t state_;
  std::uint32_t num_;
  std::uint32_t reject_below_;
};

/// The means of resamples, four of them at a time.
std::vector<double> resampled_means(std::span<const double> values,
                                    const BootstrapOptions& options) {
  SmallPlaces places(derive_seed(options.seed, "bootstrap means"), values.size());
  const auto num_resamples = static_cast<std::size_t>(options.num_resamples);
  std::vector<double> out(num_resamples + 3);
  for (std::size_t i = 0; i < num_resamples; i += 4) {
    std::array<double, 4> sums = {};
    std::array<std::uint32_t, 4> drawn = {};
    for (std::size_t k = 0; k < values.size(); ++k) {
      places.next(drawn);
      for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += values[drawn[lane]];
    }
    for (std::size_t lane = 0; lane < 4; ++lane) {
      out[i + lane] = sums[lane] / static_cast<double>(values.size());
    }
  }
  out.resize(num_resamples);
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

/// The share of values below one, those equal to it counted half.
double share_below(const std::vector<double>& values, double value) {
  std::size_t twice = 0;
  for (const double one : values) twice += (one < value) + (one <= value);
  return static_cast<double>(twice) / (2 * static_cast<double>(values.size()));
}

/// As quantile_of_sorted() of the values, which are put in another order: sorting all of them would
/// take longer than drawing them.
double quantile_of(std::vector<double>& values, double fraction) {
  const double place = fraction * static_cast<double>(values.size() - 1);
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), low, values.end());
  if (low + 1 == values.end()) return *low;
  const double next = *std::min_element(low + 1, values.end());
  return *low + (place - std::floor(place)) * (next - *low);
}

std::optional<Interval> interval_of(std::span<const double> values, const Statistic& statistic,
                                    std::vector<double> replicates, double confidence) {
  const auto [lowest, highest] = std::minmax_element(replicates.begin(), replicates.end());
  if (*lowest == *highest) return {};
  const boost::math::normal normal;
  // A statistic outside of all its resamples has no finite correction: as if half a resample were
  // beyond it.
  const double least = 0.5 / static_cast<double>(replicates.size());
  const double share = std::clamp(share_below(replicates, statistic(values)), least, 1 - least);
  const double bias = quantile(normal, share);
  const double skew = acceleration(values, statistic);
  const auto bound = [&](double fraction) {
    const double shifted = bias + quantile(normal, fraction);
    return quantile_of(replicates, cdf(normal, bias + shifted / (1 - skew * shifted)));
  };
  const double tail = (1 - confidence) / 2;
  const double low = bound(tail);
  return Interval{low, bound(1 - tail)};
}

}  // namespace

std::optional<Interval> bootstrap_interval(std::span<const double> values,
                                           const Statistic& statistic,
                                           const BootstrapOptions& options) {
  if (values.size() < 2) return {};
  return interval_of(values, statistic, resampled(values, statistic, options), options.confidence);
}

std::optional<Interval> bootstrap_mean_interval(std::span<const double> values,
                                                const BootstrapOptions& options) {
  if (values.size() < 2) return {};
  if (values.size() > SmallPlaces::kMostValues) {
    return bootstrap_interval(values, mean_of, options);
  }
  return interval_of(values, mean_of, resampled_means(values, options), options.confidence);
}

}  // namespace sciwright::stats
