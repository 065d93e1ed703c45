#pragma once

#include <cstdint>
#include <png.h>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sciwright::plot {

/// A PNG file read back with libpng, for tests: [rows, cols, 4] bytes.
struct TestPicture {
  int rows = 0;
  int cols = 0;
  std::vector<std::uint8_t> rgba;

  explicit TestPicture(const std::string& file) {
    png_image image = {};
    image.version = PNG_IMAGE_VERSION;
    EXPECT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()), 0);
    image.format = PNG_FORMAT_RGBA;
    rgba.resize(PNG_IMAGE_SIZE(image));
    EXPECT_NE(png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr), 0) << image.message;
    rows = static_cast<int>(image.height);
    cols = static_cast<int>(image.width);
  }

  /// "rrggbb" of the pixel that covers a place, in pixels from the upper left corner.
  std::string at(double x, double y) const {
    const auto row = static_cast<std::size_t>(y);
    const auto col = static_cast<std::size_t>(x);
    const std::uint8_t* pixel = rgba.data() + 4 * (row * static_cast<std::size_t>(cols) + col);
    char text[7];
    std::snprintf(text, sizeof text, "%02x%02x%02x", pixel[0], pixel[1], pixel[2]);
    return text;
  }
};

}  // namespace sciwright::plot
