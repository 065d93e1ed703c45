#pragma once

#include <span>

#include "earthquake/data/pixel_series.h"

namespace sciwright::earthquake {

/// Sums over the last `window` fortnights: sums[k] = Σ_{j<window} energy[k-j]; NaN for k <
/// window-1. Every sum is built from partial sums of positive terms (blocks of 1, 2, 4, …
/// fortnights), never as a difference of prefix sums, which would lose the small values beside
/// 10^11. `sums` must be as long as `energy`.
void window_energy(std::span<const double> energy, int window, std::span<double> sums);

/// m(B:w, k) = log10(Σ_{j<w} S_{k-j}) / 1.5 of every pixel: [pixels, times], NaN for k < window-1.
/// Windows "Ahead" are the same series read later: m(F:w, delay d, k) = m(B:w, k + d + w).
PixelSeries<double> window_magnitudes(const PixelSeries<double>& energy, int window,
                                      int num_threads);
/// The same for one pixel.
void window_magnitudes(std::span<const double> energy, int window, std::span<double> magnitudes);

/// The magnitude of `window` fortnights without any event, log10(14 w) / 1.5.
double empty_magnitude(int window);

/// What the reference calls TransformMagnitude.
enum class MagnitudeTransform {
  kNone,          ///< m itself.
  kQuarterPower,  ///< "E^0.25": 10^{0.375 (m - 3.29)}.
  kHalfPower,     ///< "E^0.5": 10^{0.75 (m - 3.29)}.
};

/// The energy of a window (> 0) on a scale.
double scaled_energy(double energy, MagnitudeTransform transform);
/// The same for a series, in place; NaN stays NaN.
void scale_energies(std::span<double> values, MagnitudeTransform transform);

}  // namespace sciwright::earthquake
