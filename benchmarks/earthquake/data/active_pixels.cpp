#include "earthquake/data/active_pixels.h"

#include <numeric>

#include "base/error.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

std::int64_t block_sum(const std::vector<std::int64_t>& counts, int loc) {
  const int first_row = std::clamp(loc / kGridColumns - 1, 0, kGridRows - 3);
  const int first_column = std::clamp(loc % kGridColumns - 1, 0, kGridColumns - 3);
  std::int64_t sum = 0;
  for (int row = first_row; row < first_row + 3; ++row) {
    for (int column = first_column; column < first_column + 3; ++column) {
      sum += counts[static_cast<std::size_t>(row * kGridColumns + column)];
    }
  }
  return sum;
}

}  // namespace

ActivePixels choose_active_pixels(const PixelSeries<std::int32_t>& num_large, int end) {
  std::vector<std::int64_t> counts;
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const std::span<const std::int32_t> row = num_large.row(loc);
    counts.push_back(std::accumulate(row.begin(), row.begin() + end, std::int64_t{0}));
  }
  ActivePixels active;
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const double own_events = static_cast<double>(counts[static_cast<std::size_t>(loc)]);
    const bool by_own = own_events >= kActiveOwnEvents;
    const bool by_block = static_cast<double>(block_sum(counts, loc)) >= kActiveBlockEvents;
    active.num_by_own += by_own ? 1 : 0;
    active.num_by_block += by_block ? 1 : 0;
    if (by_own || by_block) active.locs.push_back(loc);
  }
  if (active.locs.empty()) {
    throw usage_error(
        "The catalogue has no active pixel: none has 8 events of m >= 3.29 in the counted years, "
        "or 35 with its neighbours. Is it of Southern California (32-36 N, 120-114 W)?");
  }
  return active;
}

}  // namespace sciwright::earthquake
