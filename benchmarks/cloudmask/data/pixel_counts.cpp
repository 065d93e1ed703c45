#include "cloudmask/data/pixel_counts.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::cloudmask {
namespace {

template <class T, std::size_t N>
void add(std::array<T, N>& to, const std::array<T, N>& from) {
  for (std::size_t i = 0; i < N; ++i) to[i] += from[i];
}

template <std::size_t N>
std::int64_t sum_from(const std::array<std::int64_t, N>& bins, std::size_t first) {
  return std::accumulate(bins.begin() + static_cast<std::ptrdiff_t>(first), bins.end(),
                         std::int64_t{0});
}

constexpr float kTailWidth = 1.0F / kNumLevels;
constexpr int kMantissaBits = 23;
constexpr int kBinsPerOctaveBits = 2;

/// Exponent and the first bits of the mantissa as one number, which grows with the value.
std::uint32_t octave_part(float value) {
  return std::bit_cast<std::uint32_t>(value) >> (kMantissaBits - kBinsPerOctaveBits);
}

/// 0 for the distances next to kTailWidth, growing towards 0.
std::size_t tail_bin(float distance) {
  const std::uint32_t steps = octave_part(kTailWidth) - octave_part(distance);
  return std::min<std::size_t>(steps, kNumTailBins - 1);
}

/// The largest distance of a tail's bin.
double tail_end(std::size_t bin) {
  if (bin == 0) return 1.0 / kNumLevels;
  const auto part = octave_part(kTailWidth) - static_cast<std::uint32_t>(bin) + 1;
  return std::bit_cast<float>(part << (kMantissaBits - kBinsPerOctaveBits));
}

}  // namespace

std::size_t first_bin(std::size_t level) {
  if (level == 0) return 0;
  return level == kNumLevels ? kNumBins : kNumTailBins + level - 1;
}

std::size_t bin_of(float probability) {
  const auto level = static_cast<std::size_t>(probability * kNumLevels);
  if (level == 0) return kNumTailBins - 1 - tail_bin(probability);
  if (level < kNumLevels - 1) return first_bin(level);
  return first_bin(kNumLevels - 1) + tail_bin(1 - probability);
}

double lower_end(std::size_t bin) {
  const std::size_t upper_tail = first_bin(kNumLevels - 1);
  if (bin >= upper_tail) return 1 - tail_end(bin - upper_tail);
  if (bin >= kNumTailBins) return static_cast<double>(bin - kNumTailBins + 1) / kNumLevels;
  return bin == 0 ? 0 : tail_end(kNumTailBins - bin);
}

void Confusion::merge(const Confusion& other) {
  true_positive += other.true_positive;
  false_positive += other.false_positive;
  true_negative += other.true_negative;
  false_negative += other.false_negative;
}

void PixelCounts::merge(const PixelCounts& other) {
  confusion.merge(other.confusion);
  add(cloud_bins, other.cloud_bins);
  add(clear_bins, other.clear_bins);
  add(probability_sums, other.probability_sums);
  squared_error += other.squared_error;
  boundary_intersection += other.boundary_intersection;
  boundary_union += other.boundary_union;
}

PixelCounts count_pixels(std::span<const float> probability, std::span<const std::uint8_t> label,
                         std::span<const std::uint8_t> counted, float threshold) {
  constexpr std::size_t kLast = kNumReliabilityBins - 1;
  PixelCounts counts;
  std::array<std::int64_t, 4> by_kind{};  // 2 · label + prediction
  for (std::size_t i = 0; i < probability.size(); ++i) {
    if (counted[i] == 0) continue;
    const float p = probability[i];
    if (!(p >= 0 && p <= 1)) {
      throw Error(ErrorKind::kFailure,
                  fmt::format("a predicted probability is {}, expected 0 to 1", p));
    }
    const bool is_cloud = label[i] != 0;
    ++(is_cloud ? counts.cloud_bins : counts.clear_bins)[bin_of(p)];
    const std::size_t level = static_cast<std::size_t>(p * kNumLevels);
    counts.probability_sums[std::min(level * kNumReliabilityBins / kNumLevels, kLast)] += p;
    const double error = p - (is_cloud ? 1.0 : 0.0);
    counts.squared_error += error * error;
    ++by_kind[2 * static_cast<std::size_t>(is_cloud) + static_cast<std::size_t>(p > threshold)];
  }
  counts.confusion = {.true_positive = by_kind[3],
                      .false_positive = by_kind[1],
                      .true_negative = by_kind[0],
                      .false_negative = by_kind[2]};
  return counts;
}

Confusion confusion_from_level(const PixelCounts& counts, std::size_t level) {
  const std::int64_t hits = sum_from(counts.cloud_bins, first_bin(level));
  const std::int64_t false_alarms = sum_from(counts.clear_bins, first_bin(level));
  return {.true_positive = hits,
          .false_positive = false_alarms,
          .true_negative = counts.confusion.num_clear() - false_alarms,
          .false_negative = counts.confusion.num_cloud() - hits};
}

}  // namespace sciwright::cloudmask
