#include "earthquake/data/windows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/parallel_for.h"
#include "earthquake/data/daily_bins.h"
#include "earthquake/data/fortnights.h"

namespace sciwright::earthquake {

void window_energy(std::span<const double> energy, int window, std::span<double> sums) {
  const std::size_t num = energy.size();
  // blocks[k]: sum of the `size` fortnights that end with k, size = 1, 2, 4, …
  std::vector<double> blocks(energy.begin(), energy.end());
  std::fill(sums.begin(), sums.end(), 0.0);
  std::size_t covered = 0;
  const auto length = static_cast<std::size_t>(window);
  for (std::size_t size = 1; size <= length; size *= 2) {
    if (length & size) {
      for (std::size_t k = covered; k < num; ++k) sums[k] += blocks[k - covered];
      covered += size;
    }
    // From the end, so that blocks[k - size] still is a block of the old size.
    for (std::size_t k = num; k-- > size;) blocks[k] += blocks[k - size];
  }
  std::fill_n(sums.begin(), std::min(length - 1, num), std::numeric_limits<double>::quiet_NaN());
}

void window_magnitudes(std::span<const double> energy, int window, std::span<double> magnitudes) {
  window_energy(energy, window, magnitudes);
  scale_energies(magnitudes, MagnitudeTransform::kNone);
}

PixelSeries<double> window_magnitudes(const PixelSeries<double>& energy, int window,
                                      int num_threads) {
  PixelSeries<double> result(energy.num_pixels, energy.num_times);
  parallel_for(static_cast<std::size_t>(energy.num_pixels), num_threads,
               [&](std::size_t begin, std::size_t end) {
                 for (int p = static_cast<int>(begin); p < static_cast<int>(end); ++p) {
                   window_magnitudes(energy.row(p), window, result.row(p));
                 }
               });
  return result;
}

double empty_magnitude(int window) { return magnitude_of_energy(kDaysPerFortnight * window); }

double scaled_energy(double energy, MagnitudeTransform transform) {
  static const double quarter_unit = std::sqrt(std::sqrt(energy_of_magnitude(kLargeMagnitude)));
  switch (transform) {
    case MagnitudeTransform::kNone:
      return magnitude_of_energy(energy);
    case MagnitudeTransform::kQuarterPower:
      return std::sqrt(std::sqrt(energy)) / quarter_unit;
    case MagnitudeTransform::kHalfPower:
      return std::sqrt(energy) / (quarter_unit * quarter_unit);
  }
  return energy;
}

void scale_energies(std::span<double> values, MagnitudeTransform transform) {
  // Most windows are empty, and a sum often stays the same: do not take its logarithm twice.
  double last_energy = 1;
  double last_value = scaled_energy(1, transform);
  for (double& value : values) {
    if (value != last_energy) {
      last_energy = value;
      last_value = scaled_energy(value, transform);
    }
    value = last_value;
  }
}

}  // namespace sciwright::earthquake
