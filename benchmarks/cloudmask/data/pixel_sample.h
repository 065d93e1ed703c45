#pragma once

#include <cstdint>
#include <vector>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// Some labelled pixels of the training scenes, to fit what looks at one pixel at a time.
struct PixelSample {
  int num_channels = 0;
  int num_reflectances = 0;
  std::vector<float> values = {};        ///< [n, channels].
  std::vector<std::uint8_t> label = {};  ///< [n].

  std::size_t size() const { return label.size(); }
  const float* pixel(std::size_t index) const {
    return values.data() + index * static_cast<std::size_t>(num_channels);
  }
};

/// Adds all valid pixels of a scene when they are at most `max_pixels`, else one at random out of
/// each of `max_pixels` runs of equal length. Channels are taken as they are in `scene.image`.
/// Throws a usage error for a scene with other channels than the earlier ones.
void add_pixels(PixelSample& sample, const Scene& scene, std::size_t max_pixels,
                std::uint64_t seed);

}  // namespace sciwright::cloudmask
