#include "cloudmask/data/pixel_sample.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"

namespace sciwright::cloudmask {

void add_pixels(PixelSample& sample, const Scene& scene, std::size_t max_pixels,
                std::uint64_t seed) {
  if (sample.size() == 0) {
    sample.num_channels = scene.image.num_channels;
    sample.num_reflectances = scene.num_reflectances;
  }
  if (sample.num_channels != scene.image.num_channels ||
      sample.num_reflectances != scene.num_reflectances) {
    throw usage_error(fmt::format(
        "{}: has {} channels, {} of them reflectances; expected {} and {} as the scenes before",
        scene.path.string(), scene.image.num_channels, scene.num_reflectances, sample.num_channels,
        sample.num_reflectances));
  }
  std::vector<std::size_t> valid;
  for (std::size_t i = 0; i < scene.valid.values.size(); ++i) {
    if (scene.valid.values[i] != 0) valid.push_back(i);
  }
  const std::size_t count = std::min(max_pixels, valid.size());
  RandomStream random(seed);
  for (std::size_t run = 0; run < count; ++run) {
    const std::size_t begin = valid.size() * run / count;
    const std::size_t end = valid.size() * (run + 1) / count;
    const std::size_t index = valid[begin + random.below(end - begin)];
    for (int c = 0; c < sample.num_channels; ++c) {
      sample.values.push_back(scene.image.plane(c)[index]);
    }
    sample.label.push_back(scene.label.values[index]);
  }
}

}  // namespace sciwright::cloudmask
