#pragma once

#include <map>
#include <vector>

#include "earthquake/data/fortnights.h"
#include "earthquake/data/pixel_series.h"
#include "earthquake/data/prediction_parameter.h"

namespace sciwright::earthquake {

/// Time constants of the moving averages, in fortnights: 2 weeks … 10 years.
inline constexpr double kRateTimeConstants[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
/// Added to a rate before its logarithm: one large event in 38 years.
inline constexpr double kRateFloor = 0.001;

/// All that simple forecasts use of the chosen pixels; every series is [pixels, fortnights].
struct PixelHistory {
  std::vector<int> locs = {};                          ///< Ascending pixel numbers.
  PixelSeries<double> energy = {};                     ///< S of a fortnight.
  std::map<int, PixelSeries<double>> magnitudes = {};  ///< m(B:w) by window w; NaN before w - 1.
  /// ln(0.001 + e) with e the exponential moving average of the count of m ≥ 3.29, one series per
  /// time constant (Rundle's nowcast variable).
  std::vector<PixelSeries<float>> log_rates = {};

  /// m(B:w). Throws a failure when the window was not asked for.
  const PixelSeries<double>& magnitude(int window) const;
  int num_pixels() const { return energy.num_pixels; }
  int num_fortnights() const { return energy.num_times; }
};

/// Computes the history of pixels with the windows 1, 2, 4, 7, 13, 26 and those of the parameters.
PixelHistory pixel_history(const Fortnights& fortnights, const std::vector<int>& locs,
                           const std::vector<PredictionParameter>& parameters, int num_threads);

/// Means of m(B:w) over the fortnights 25 … `end` (exclusive, at most the history's end): [pixels,
/// 4] for the windows of kTargetWindows. What an empty window has where there is no such fortnight.
PixelSeries<double> target_window_means(const PixelHistory& history, int end);

/// The exponential moving average of values (counts as a rule), with the weights of the fortnights
/// before the start left out: e_k = Σ_j q^j n_{k-j} / Σ_j q^j, j ≤ k, q = exp(-1 / time constant).
std::vector<double> moving_average_rate(std::span<const double> values,
                                        double time_constant_fortnights);

}  // namespace sciwright::earthquake
