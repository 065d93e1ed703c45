#include "cloudmask/data/boundary.h"

#include <algorithm>

namespace sciwright::cloudmask {
namespace {

/// Keeps the pixels of a row whose neighbours up to `width` on both sides are all set.
void erode_row(const std::uint8_t* in, std::uint8_t* out, int length, int width) {
  std::fill_n(out, length, std::uint8_t{0});
  for (int start = 0; start < length;) {
    if (in[start] == 0) {
      ++start;
      continue;
    }
    int end = start;
    while (end < length && in[end] != 0) ++end;
    if (end - start > 2 * width) {
      std::fill(out + start + width, out + end - width, std::uint8_t{1});
    }
    start = end;
  }
}

}  // namespace

Mask boundary_band(const Mask& mask, int width_px) {
  const int width = mask.size.width_px;
  Mask band = mask;
  std::vector<std::uint8_t> eroded(static_cast<std::size_t>(width));
  std::vector<int> run(static_cast<std::size_t>(width), 0);  // eroded rows in a row, per column
  for (int row = 0; row < mask.size.height_px; ++row) {
    erode_row(mask.values.data() + static_cast<std::size_t>(row) * width, eroded.data(), width,
              width_px);
    for (int x = 0; x < width; ++x) {
      run[static_cast<std::size_t>(x)] =
          eroded[static_cast<std::size_t>(x)] != 0 ? run[static_cast<std::size_t>(x)] + 1 : 0;
      if (run[static_cast<std::size_t>(x)] > 2 * width_px) {
        band.values[static_cast<std::size_t>(row - width_px) * width + x] = 0;
      }
    }
  }
  return band;
}

}  // namespace sciwright::cloudmask
