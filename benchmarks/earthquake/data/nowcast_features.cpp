#include "earthquake/data/nowcast_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/parallel_for.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/pixel_history.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

using Series = std::vector<double>;  // One value per fortnight.

// Windows and time constants in fortnights.
constexpr int kWindows[] = {1, 2, 4, 7, 13, 26, 52, 104};
constexpr int kMagnitudeAverages[] = {4, 13, 26, 52, 130, 260, 520};
constexpr int kLargeAverages[] = {4, 13, 52, 260};
constexpr int kLongAverage = 260;
constexpr int kEventAverages[] = {4, 13, 52};
constexpr int kNearAverages[] = {4, 13, 52, 260};
constexpr double kNearSigmas_px[] = {1.0, 2.5};
/// Added to rates before their logarithm.
constexpr double kLargeFloor = 0.01;
constexpr double kEventFloor = 0.05;
/// A pixel without any event before the data counts as quiet for about two years.
constexpr int kQuietAtStart = 50;
constexpr int kLongestQuiet = 260;

Series minus(Series values, const Series& subtrahend) {
  for (std::size_t k = 0; k < values.size(); ++k) values[k] -= subtrahend[k];
  return values;
}

Series log_average(const Series& counts, double time_constant, double floor) {
  Series result = moving_average_rate(counts, time_constant);
  for (double& value : result) value = std::log(floor + value);
  return result;
}

/// ln(1 + fortnights since the last one that was not empty).
Series quiet_time(const Series& excess) {
  Series result;
  int quiet = kQuietAtStart;
  for (const double value : excess) {
    quiet = value > 1e-9 ? 0 : std::min(quiet + 1, kLongestQuiet);
    result.push_back(std::log1p(quiet));
  }
  return result;
}

/// What the features of one pixel are made of.
struct PixelSource {
  std::span<const double> energy;
  Series excess;  ///< m(B:1) above an empty fortnight.
  Series num_events;
  Series num_large;
  std::array<Series, std::size(kNearSigmas_px)> near;  ///< The excess, smoothed over neighbours.
};

/// Writes one pixel's columns, one after the other.
class ColumnWriter final {
 public:
  ColumnWriter(FeatureTensor& tensor, int pixel) : tensor_(tensor), pixel_(pixel) {}

  void add(const Series& values) {
    for (int i = 0; i < tensor_.num_times; ++i) {
      tensor_.at(pixel_, i)[column_] =
          static_cast<float>(values[static_cast<std::size_t>(kDroppedFortnights + i)]);
    }
    ++column_;
  }

 private:
  FeatureTensor& tensor_;
  int pixel_;
  std::size_t column_ = 0;
};

void write_features(const PixelSource& source, ColumnWriter columns) {
  for (const int window : kWindows) {
    Series magnitude = window_energy_from_start(source.energy, window);
    scale_energies(magnitude, MagnitudeTransform::kNone);
    columns.add(minus(magnitude, expanding_mean(magnitude)));
  }
  const Series mean = expanding_mean(source.excess);
  for (const int time_constant : kMagnitudeAverages) {
    columns.add(minus(moving_average_rate(source.excess, time_constant), mean));
  }
  for (const int time_constant : kLargeAverages) {
    columns.add(log_average(source.num_large, time_constant, kLargeFloor));
  }
  const Series long_average = log_average(source.num_events, kLongAverage, kEventFloor);
  columns.add(long_average);
  for (const int time_constant : kEventAverages) {
    columns.add(minus(log_average(source.num_events, time_constant, kEventFloor), long_average));
  }
  for (const Series& near : source.near) {
    const Series near_mean = expanding_mean(near);
    columns.add(minus(near, near_mean));
    columns.add(near_mean);
    for (const int time_constant : kNearAverages) {
      columns.add(minus(moving_average_rate(near, time_constant), near_mean));
    }
  }
  columns.add(mean);
  columns.add(quiet_time(source.excess));
}

/// m(B:1) − log10(14) / 1.5 on the whole grid.
PixelSeries<double> excess_magnitudes(const PixelSeries<double>& energy, int num_threads) {
  PixelSeries<double> excess = window_magnitudes(energy, 1, num_threads);
  for (double& value : excess.values) value -= empty_magnitude(1);
  return excess;
}

/// Weights of a Gaussian, its centre in the middle, that sum to 1.
Series gaussian_kernel(double sigma_px) {
  const int radius = static_cast<int>(4 * sigma_px + 0.5);
  Series kernel;
  double sum = 0;
  for (int d = -radius; d <= radius; ++d) {
    kernel.push_back(std::exp(-0.5 * d * d / (sigma_px * sigma_px)));
    sum += kernel.back();
  }
  for (double& weight : kernel) weight /= sum;
  return kernel;
}

/// Adds up the series of pixels along one direction, `loc_at(offset)` being the pixel there.
template <class LocAt>
void smooth_along(const PixelSeries<double>& series, const Series& kernel, const LocAt& loc_at,
                  std::span<double> result) {
  const int radius = static_cast<int>(kernel.size()) / 2;
  for (int d = -radius; d <= radius; ++d) {
    const double weight = kernel[static_cast<std::size_t>(d + radius)];
    const std::span<const double> row = series.row(loc_at(d));
    for (std::size_t k = 0; k < result.size(); ++k) result[k] += weight * row[k];
  }
}

template <class T>
Series to_series(std::span<const T> row) {
  return {row.begin(), row.end()};
}

}  // namespace

const std::vector<std::string>& nowcast_feature_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    const auto add = [&](const std::string& prefix, std::span<const int> times) {
      for (const int time : times) names.push_back(fmt::format("{} {}", prefix, time));
    };
    add("window", kWindows);
    add("average", kMagnitudeAverages);
    add("large", kLargeAverages);
    names.push_back(fmt::format("events {}", kLongAverage));
    add("events", kEventAverages);
    for (const double sigma : kNearSigmas_px) {
      names.push_back(fmt::format("near {} now", sigma));
      names.push_back(fmt::format("near {} mean", sigma));
      add(fmt::format("near {} average", sigma), kNearAverages);
    }
    names.insert(names.end(), {"mean", "quiet"});
    return names;
  }();
  return kNames;
}

FeatureTensor nowcast_features(const Fortnights& fortnights, const std::vector<int>& locs,
                               int num_threads) {
  const PixelSeries<double> excess = excess_magnitudes(fortnights.energy, num_threads);
  std::vector<PixelSeries<double>> near;
  for (const double sigma : kNearSigmas_px) {
    near.push_back(smoothed_maps(excess, sigma, locs, num_threads));
  }
  FeatureTensor tensor{.num_pixels = static_cast<int>(locs.size()),
                       .num_times = std::max(0, fortnights.num() - kDroppedFortnights),
                       .num_columns = kNumNowcastFeatures};
  tensor.values.resize(locs.size() * static_cast<std::size_t>(tensor.num_times) *
                       kNumNowcastFeatures);
  parallel_for(locs.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) {
      const int loc = locs[p];
      const int row = static_cast<int>(p);
      PixelSource source{.energy = fortnights.energy.row(loc),
                         .excess = to_series<double>(excess.row(loc)),
                         .num_events = to_series(fortnights.num_events.row(loc)),
                         .num_large = to_series(fortnights.num_large.row(loc)),
                         .near = {}};
      for (std::size_t i = 0; i < near.size(); ++i) {
        source.near[i] = to_series<double>(near[i].row(row));
      }
      write_features(source, ColumnWriter(tensor, row));
    }
  });
  return tensor;
}

std::vector<double> expanding_mean(std::span<const double> values) {
  std::vector<double> means(values.size(), std::numeric_limits<double>::quiet_NaN());
  double sum = 0;
  for (std::size_t k = kDroppedFortnights; k < values.size(); ++k) {
    sum += values[k];
    means[k] = sum / static_cast<double>(k - kDroppedFortnights + 1);
  }
  return means;
}

std::vector<double> window_energy_from_start(std::span<const double> energy, int window) {
  const std::ptrdiff_t before = window - 1;
  std::vector<double> padded(static_cast<std::size_t>(before), double{kDaysPerFortnight});
  padded.insert(padded.end(), energy.begin(), energy.end());
  std::vector<double> sums(padded.size());
  window_energy(padded, window, sums);
  sums.erase(sums.begin(), sums.begin() + before);
  return sums;
}

PixelSeries<double> smoothed_maps(const PixelSeries<double>& maps, double sigma_px,
                                  const std::vector<int>& locs, int num_threads) {
  const Series kernel = gaussian_kernel(sigma_px);
  // Along the columns of the grid for every pixel, then along the rows where it is asked for.
  PixelSeries<double> vertical(kGridPixels, maps.num_times);
  parallel_for(kGridPixels, num_threads, [&](std::size_t begin, std::size_t end) {
    for (int loc = static_cast<int>(begin); loc < static_cast<int>(end); ++loc) {
      const auto loc_at = [&](int d) {
        const int row = std::clamp(loc / kGridColumns + d, 0, kGridRows - 1);
        return row * kGridColumns + loc % kGridColumns;
      };
      smooth_along(maps, kernel, loc_at, vertical.row(loc));
    }
  });
  PixelSeries<double> result(static_cast<int>(locs.size()), maps.num_times);
  parallel_for(locs.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) {
      const int loc = locs[p];
      const auto loc_at = [&](int d) {
        const int column = std::clamp(loc % kGridColumns + d, 0, kGridColumns - 1);
        return loc / kGridColumns * kGridColumns + column;
      };
      smooth_along(vertical, kernel, loc_at, result.row(static_cast<int>(p)));
    }
  });
  return result;
}

}  // namespace sciwright::earthquake
