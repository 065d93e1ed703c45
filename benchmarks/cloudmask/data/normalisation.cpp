#include "cloudmask/data/normalisation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::cloudmask {
namespace {

ChannelScale scale_of(const ChannelStatistics& s) {
  return {static_cast<float>(s.mean),
          static_cast<float>(std::max(s.standard_deviation(), kSmallestSpread))};
}

}  // namespace

Normalisation parse_normalisation(const std::string& name) {
  if (name == "fixed") return Normalisation::kFixed;
  if (name == "image") return Normalisation::kImage;
  if (name == "channel") return Normalisation::kChannel;
  throw usage_error(
      fmt::format("the normalisation is '{}', must be fixed, image or channel", name));
}

std::vector<ChannelScale> fixed_scales(int num_reflectances, int num_channels) {
  std::vector<ChannelScale> scales(static_cast<std::size_t>(num_channels), {270, 22});
  std::fill_n(scales.begin(), num_reflectances, ChannelScale{0.5F, 1});
  return scales;
}

std::vector<ChannelScale> image_scales(const std::vector<ChannelStatistics>& image,
                                       int num_reflectances) {
  std::vector<ChannelScale> scales(image.size());
  const auto share = [&](std::size_t begin, std::size_t end) {
    ChannelStatistics together;
    for (std::size_t c = begin; c < end; ++c) together.merge(image[c]);
    for (std::size_t c = begin; c < end; ++c) scales[c] = scale_of(together);
  };
  const auto middle = static_cast<std::size_t>(num_reflectances);
  share(0, middle);
  share(middle, image.size());
  return scales;
}

std::vector<ChannelScale> channel_scales(const std::vector<ChannelStatistics>& training) {
  std::vector<ChannelScale> scales(training.size());
  std::transform(training.begin(), training.end(), scales.begin(), scale_of);
  return scales;
}

std::vector<ChannelScale> scales_for(Normalisation normalisation, const Scene& scene,
                                     const std::vector<ChannelStatistics>& training) {
  switch (normalisation) {
    case Normalisation::kFixed:
      return fixed_scales(scene.num_reflectances, scene.image.num_channels);
    case Normalisation::kImage:
      return image_scales(channel_statistics(scene), scene.num_reflectances);
    case Normalisation::kChannel:
      return channel_scales(training);
  }
  throw Error(ErrorKind::kFailure, "unknown normalisation");
}

void normalise(Planes& image, const std::vector<ChannelScale>& scales, const Mask* valid) {
  for (int c = 0; c < image.num_channels; ++c) {
    const ChannelScale scale = scales[static_cast<std::size_t>(c)];
    const float factor = 1 / scale.scale;
    const std::span<float> plane = image.plane(c);
    if (valid == nullptr) {
      for (float& value : plane) value = (value - scale.shift) * factor;
    } else {
      for (std::size_t i = 0; i < plane.size(); ++i) {
        plane[i] = valid->values[i] == 0 ? 0.0F : (plane[i] - scale.shift) * factor;
      }
    }
  }
}

}  // namespace sciwright::cloudmask
