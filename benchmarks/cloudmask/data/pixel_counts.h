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

/// Equal bins of the probability from 0 to 1; the last one holds 1 as well.
inline constexpr std::size_t kNumBins = 1000;
/// Bins of the reliability table and of the calibration error, each kNumBins / 10 wide.
inline constexpr std::size_t kNumReliabilityBins = 10;

/// All that scores need to know of the pixels of a scene, or of several merged: 16 KB, however many
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

/// The confusion when cloud is said from bin `first_cloud_bin` on, that is where the probability is
/// at least first_cloud_bin / kNumBins.
Confusion confusion_from_bin(const PixelCounts& counts, std::size_t first_cloud_bin);

}  // namespace sciwright::cloudmask
