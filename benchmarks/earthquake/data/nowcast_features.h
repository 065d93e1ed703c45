#pragma once

#include <span>
#include <string>
#include <vector>

#include "earthquake/data/fortnights.h"
#include "earthquake/data/pixel_series.h"
#include "earthquake/data/sequence_features.h"

namespace sciwright::earthquake {

/// Columns of nowcast_features().
inline constexpr int kNumNowcastFeatures = 37;

/// Their names, in order: "window 7" is m(B:7) less its mean so far, "average 13" the moving
/// average of m(B:1) less its mean, "large 4" and "events 52" logarithms of moving averages of
/// counts, "near 2.5 …" the same of the map smoothed over the neighbours.
const std::vector<std::string>& nowcast_feature_names();

/// What the nowcast model knows of a pixel at a time, [pixels, fortnights − 25, 37]; time i is
/// fortnight 25 + i. Everything is made of that fortnight and earlier ones, of the pixel and its
/// neighbours. Fortnights before the data count as empty.
FeatureTensor nowcast_features(const Fortnights& fortnights, const std::vector<int>& locs,
                               int num_threads);

/// Means of all that is known: result[k] is the mean of values 25 … k, NaN for k < 25.
std::vector<double> expanding_mean(std::span<const double> values);

/// window_energy() with empty fortnights before the data, so that no sum is missing.
std::vector<double> window_energy_from_start(std::span<const double> energy, int window);

/// A map per time, [2400, times], smoothed with a Gaussian cut off at 4 σ and read at `locs`:
/// [locs, times]. Beyond the grid's border the border's values go on.
PixelSeries<double> smoothed_maps(const PixelSeries<double>& maps, double sigma_px,
                                  const std::vector<int>& locs, int num_threads);

}  // namespace sciwright::earthquake
