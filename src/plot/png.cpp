#include "plot/png.h"

#include <png.h>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::plot {

std::string png_bytes(const PixelView& pixels) {
  const bool channels_known = pixels.channels == 3 || pixels.channels == 4;
  const auto count = static_cast<std::size_t>(pixels.rows) * static_cast<std::size_t>(pixels.cols) *
                     static_cast<std::size_t>(pixels.channels);
  if (pixels.rows <= 0 || pixels.cols <= 0 || !channels_known || pixels.bytes.size() != count) {
    throw Error(ErrorKind::kFailure,
                fmt::format("png: {} rows, {} columns and {} channels do not fit {} bytes",
                            pixels.rows, pixels.cols, pixels.channels, pixels.bytes.size()));
  }
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(pixels.cols);
  image.height = static_cast<png_uint_32>(pixels.rows);
  image.format = pixels.channels == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string out(size, '\0');
  if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels.bytes.data(), 0, nullptr) ==
      0) {
    throw Error(ErrorKind::kFailure, fmt::format("png: cannot encode: {}", image.message));
  }
  out.resize(size);
  return out;
}

}  // namespace sciwright::plot
