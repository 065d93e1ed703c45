#pragma once

#include <cstdint>
#include <vector>

#include "earthquake/data/pixel_series.h"

namespace sciwright::earthquake {

/// Events of m ≥ 3.29 a pixel needs by itself, or together with its neighbours (spec 1.6).
inline constexpr double kActiveOwnEvents = 7.1;
inline constexpr double kActiveBlockEvents = 34.1;

/// The pixels worth forecasting.
struct ActivePixels {
  std::vector<int> locs;  ///< Ascending.
  int num_by_own = 0;     ///< By their own events alone.
  int num_by_block = 0;   ///< By the events of their 3×3 block alone.
};

/// Chooses pixels by the counts of m ≥ 3.29, [2400, fortnights], of the fortnights before `end`:
/// own count ≥ 7.1 or 3×3 count ≥ 34.1. At the grid's border the block is shifted inward. Throws a
/// usage error when no pixel is active.
ActivePixels choose_active_pixels(const PixelSeries<std::int32_t>& num_large, int end);

}  // namespace sciwright::earthquake
