#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// Minimum, mean, maximum and spread of one channel's valid pixels; mergeable over scenes.
struct ChannelStatistics {
  std::int64_t count = 0;
  double min = 0;
  double max = 0;
  double mean = 0;
  double squared_deviation = 0;  ///< Σ (x − mean)².

  /// Population standard deviation; 0 without pixels.
  double standard_deviation() const;
  /// Adds the pixels of another one (Chan, Golub and LeVeque 1979).
  void merge(const ChannelStatistics& other);
};

/// Of the values where `valid` is not 0.
ChannelStatistics plane_statistics(std::span<const float> plane,
                                   std::span<const std::uint8_t> valid);

/// One entry a channel. Equal for any number of threads.
std::vector<ChannelStatistics> channel_statistics(const Scene& scene, int num_threads = 1);

/// Adds the statistics of a further scene to those of earlier ones; `total` may be empty.
void merge(std::vector<ChannelStatistics>& total, const std::vector<ChannelStatistics>& scene);

/// Whether the reflectances are radiances after all (spec D1: the published conversion script
/// stores them twice). Reflectances of a scene hardly average above 1; radiances, in mW m⁻² sr⁻¹
/// nm⁻¹, average tens by day. Night scenes say nothing.
bool look_like_radiances(std::span<const ChannelStatistics> reflectances);

/// A table for people: channel, minimum, mean, maximum, spread, and a line of warning for
/// radiances.
std::string statistics_text(const std::vector<ChannelStatistics>& statistics, int num_reflectances);

}  // namespace sciwright::cloudmask
