#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sciwright::cloudmask {

/// Height and width of an image, in pixels.
struct ImageSize {
  int height_px = 0;
  int width_px = 0;

  std::size_t num_pixels() const {
    return static_cast<std::size_t>(height_px) * static_cast<std::size_t>(width_px);
  }
  bool operator==(const ImageSize&) const = default;
};

/// An image of floats, [C, H, W]: channel, row, column; what the network is fed.
struct Planes {
  int num_channels = 0;
  ImageSize size;
  std::vector<float> values;

  Planes() = default;
  Planes(int channels, ImageSize image_size)
      : num_channels(channels),
        size(image_size),
        values(static_cast<std::size_t>(channels) * image_size.num_pixels()) {}

  std::span<float> plane(int channel) {
    return {values.data() + static_cast<std::size_t>(channel) * size.num_pixels(),
            size.num_pixels()};
  }
  std::span<const float> plane(int channel) const {
    return {values.data() + static_cast<std::size_t>(channel) * size.num_pixels(),
            size.num_pixels()};
  }
};

/// One small number a pixel, [H, W]: labels (1 is cloud), valid pixels, land.
struct Mask {
  ImageSize size;
  std::vector<std::uint8_t> values;

  Mask() = default;
  explicit Mask(ImageSize image_size, std::uint8_t value = 0)
      : size(image_size), values(image_size.num_pixels(), value) {}

  bool operator==(const Mask&) const = default;
};

}  // namespace sciwright::cloudmask
