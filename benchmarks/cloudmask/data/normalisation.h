#pragma once

#include <string>
#include <vector>

#include "cloudmask/data/channel_statistics.h"
#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// How channels become numbers of about unit size (spec 2.1).
enum class Normalisation {
  kFixed,    ///< refs − 0.5 and (bts − 270 K) / 22 K: the paper's runs.
  kImage,    ///< One mean and spread of an image's reflectances, one of its temperatures.
  kChannel,  ///< Mean and spread of each channel over the training scenes.
};

/// "fixed", "image" or "channel"; a usage error otherwise.
Normalisation parse_normalisation(const std::string& name);

/// value → (value − shift) / scale.
struct ChannelScale {
  float shift = 0;
  float scale = 1;

  bool operator==(const ChannelScale&) const = default;
};

/// A spread below this counts as this: night reflectances are constant, and become 0 rather than
/// the reference's 0/0.
inline constexpr double kSmallestSpread = 1e-6;

std::vector<ChannelScale> fixed_scales(int num_reflectances, int num_channels);

/// From the statistics of one image: all reflectances share a scale, all temperatures another.
std::vector<ChannelScale> image_scales(const std::vector<ChannelStatistics>& image,
                                       int num_reflectances);

/// From the statistics of the training scenes.
std::vector<ChannelScale> channel_scales(const std::vector<ChannelStatistics>& training);

/// The scales of one scene. `training` is used by kChannel only.
std::vector<ChannelScale> scales_for(Normalisation normalisation, const Scene& scene,
                                     const std::vector<ChannelStatistics>& training);

/// Applies the scales in place. With `valid`, pixels without data become 0, the mean of the others;
/// without (as the reference), they are scaled like all.
void normalise(Planes& image, const std::vector<ChannelScale>& scales, const Mask* valid = nullptr);

}  // namespace sciwright::cloudmask
