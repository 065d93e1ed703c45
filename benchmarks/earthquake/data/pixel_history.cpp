#include "earthquake/data/pixel_history.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/parallel_for.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

constexpr int kInputWindows[] = {1, 2, 4, 7, 13, 26};

PixelSeries<float> log_rate(const PixelSeries<std::int32_t>& counts, double time_constant,
                            int num_threads) {
  PixelSeries<float> result(counts.num_pixels, counts.num_times);
  parallel_for(static_cast<std::size_t>(counts.num_pixels), num_threads,
               [&](std::size_t begin, std::size_t end) {
                 for (int p = static_cast<int>(begin); p < static_cast<int>(end); ++p) {
                   const auto row = counts.row(p);
                   const std::vector<double> rate = moving_average_rate(
                       std::vector<double>(row.begin(), row.end()), time_constant);
                   for (std::size_t k = 0; k < rate.size(); ++k) {
                     result.row(p)[k] = std::log(static_cast<float>(kRateFloor + rate[k]));
                   }
                 }
               });
  return result;
}

}  // namespace

const PixelSeries<double>& PixelHistory::magnitude(int window) const {
  const auto found = magnitudes.find(window);
  if (found == magnitudes.end()) {
    throw Error(ErrorKind::kFailure,
                fmt::format("The window of {} fortnights was not computed.", window));
  }
  return found->second;
}

PixelHistory pixel_history(const Fortnights& fortnights, const std::vector<int>& locs,
                           const std::vector<PredictionParameter>& parameters, int num_threads) {
  PixelHistory history{.locs = locs, .energy = select_pixels(fortnights.energy, locs)};
  std::set<int> windows(std::begin(kInputWindows), std::end(kInputWindows));
  for (const PredictionParameter& parameter : parameters) windows.insert(parameter.window);
  for (const int window : windows) {
    history.magnitudes[window] = window_magnitudes(history.energy, window, num_threads);
  }
  const PixelSeries<std::int32_t> num_large = select_pixels(fortnights.num_large, locs);
  for (const double time_constant : kRateTimeConstants) {
    history.log_rates.push_back(log_rate(num_large, time_constant, num_threads));
  }
  return history;
}

PixelSeries<double> target_window_means(const PixelHistory& history, int end) {
  PixelSeries<double> means(history.num_pixels(), kTargetsPerStep);
  const int count = std::min(end, history.num_fortnights()) - kDroppedFortnights;
  for (int p = 0; p < means.num_pixels; ++p) {
    for (int i = 0; i < kTargetsPerStep; ++i) {
      const int window = kTargetWindows[i];
      const auto values = history.magnitude(window).row(p).begin() + kDroppedFortnights;
      means.at(p, i) = count > 0 ? std::accumulate(values, values + count, 0.0) / count
                                 : empty_magnitude(window);
    }
  }
  return means;
}

std::vector<double> moving_average_rate(std::span<const double> values,
                                        double time_constant_fortnights) {
  const double keep = std::exp(-1 / time_constant_fortnights);
  std::vector<double> rate;
  rate.reserve(values.size());
  double sum = 0;
  double weight = 0;
  for (const double value : values) {
    sum = keep * sum + value;
    weight = keep * weight + 1;
    rate.push_back(sum / weight);
  }
  return rate;
}

}  // namespace sciwright::earthquake
