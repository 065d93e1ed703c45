#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sciwright::cloudmask {

/// Pixels by prediction and label; positive is cloud.
struct Confusion {
  std::int64_t true_positive = 0;
  std::int64_t false_positive = 0;
  std::int64_t true_negative = 0;
  std::int64_t false_negative = 0;

  std::int64_t num_pixels() const {
    return true_positive + false_positive + true_negative + false_negative;
  }
  std::int64_t num_cloud() const { return true_positive + false_negative; }
  std::int64_t num_clear() const { return false_positive + true_negative; }
  void merge(const Confusion& other);

  bool operator==(const Confusion&) const = default;
};

/// Thresholds k / kNumLevels are told apart exactly.
inline constexpr std::size_t kNumLevels = 1000;
/// The first and the last level are cut finer, four bins an octave of the distance from 0 or 1: a
/// network that is sure of itself has most of its pixels there, and ranks them still.
inline constexpr std::size_t kNumTailBins = 128;
/// Bins of the probability, ascending; the last one holds 1 as well.
inline constexpr std::size_t kNumBins = kNumLevels - 2 + 2 * kNumTailBins;
/// Bins of the reliability table and of the calibration error, each kNumLevels / 10 wide.
inline constexpr std::size_t kNumReliabilityBins = 10;

/// The bin of a probability from 0 to 1.
std::size_t bin_of(float probability);
/// The first bin of probabilities from level / kNumLevels on; `level` is 0 … kNumLevels.
std::size_t first_bin(std::size_t level);
/// The lowest probability of a bin.
double lower_end(std::size_t bin);

/// All that scores need to know of the pixels of a scene, or of several merged: 20 KB, however many
/// pixels there are.
struct PixelCounts {
  Confusion confusion;  ///< Cloud where the probability is above the threshold.
  std::array<std::int64_t, kNumBins> cloud_bins{};  ///< Pixels labelled cloud by probability.
  std::array<std::int64_t, kNumBins> clear_bins{};
  std::array<double, kNumReliabilityBins> probability_sums{};
  double squared_error = 0;  ///< Σ (probability − label)².
  std::int64_t boundary_intersection = 0;
  std::int64_t boundary_union = 0;

  void merge(const PixelCounts& other);
};

/// Counts the pixels where `counted` is not 0. `label` is 1 for cloud and 0 for clear. Leaves the
/// boundary at 0. Throws a failure for a probability that is not between 0 and 1.
PixelCounts count_pixels(std::span<const float> probability, std::span<const std::uint8_t> label,
                         std::span<const std::uint8_t> counted, float threshold = 0.5F);

/// The confusion when cloud is said where the probability is at least level / kNumLevels.
Confusion confusion_from_level(const PixelCounts& counts, std::size_t level);

}  // namespace sciwright::cloudmask
