#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sciwright::plot {

/// Pixels in memory, [rows, cols, channels] bytes row-major; 3 channels are red, green, blue, the
/// fourth opacity (not premultiplied). Does not own them.
struct PixelView {
  int rows = 0;
  int cols = 0;
  int channels = 3;
  std::span<const std::uint8_t> bytes;
};

/// A PNG file of the pixels, quickly rather than smallest. The same pixels give the same bytes.
/// Throws a failure for an empty picture or a size that does not fit.
std::string png_bytes(const PixelView& pixels);

}  // namespace sciwright::plot
