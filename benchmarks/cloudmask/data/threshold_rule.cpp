#include "cloudmask/data/threshold_rule.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace sciwright::cloudmask {
namespace {

/// The value a rule looks at, the sign turned so that cloud is above.
struct Labelled {
  float value;
  std::uint8_t is_cloud;
};

float mean_of(const std::vector<int>& channels, const float* pixel) {
  float sum = 0;
  for (const int c : channels) sum += pixel[c];
  return sum / static_cast<float>(channels.size());
}

float sign_of(CloudSide side) { return side == CloudSide::kAbove ? 1.0F : -1.0F; }

/// Counts above a cut of the sorted values.
struct Cut {
  std::size_t num_below = 0;
  std::int64_t cloud_below = 0;
  std::int64_t num_right = 0;
};

Cut best_cut(const std::vector<Labelled>& sorted, std::int64_t num_cloud) {
  Cut best{0, 0, num_cloud};
  std::int64_t cloud_below = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    cloud_below += sorted[i].is_cloud;
    if (i + 1 < sorted.size() && sorted[i + 1].value == sorted[i].value) continue;
    const auto clear_below = static_cast<std::int64_t>(i + 1) - cloud_below;
    const std::int64_t num_right = clear_below + num_cloud - cloud_below;
    if (num_right > best.num_right) best = {i + 1, cloud_below, num_right};
  }
  return best;
}

/// A number between the values beside the cut that is not below the lower one.
float value_at(const std::vector<Labelled>& sorted, const Cut& cut) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (cut.num_below == 0) return -kInfinity;
  if (cut.num_below == sorted.size()) return sorted.back().value;
  const float low = sorted[cut.num_below - 1].value;
  const float high = sorted[cut.num_below].value;
  const float middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}

}  // namespace

ThresholdRule fit_threshold(const PixelSample& sample, std::vector<int> channels, CloudSide side) {
  const float sign = sign_of(side);
  std::vector<Labelled> sorted(sample.size());
  std::int64_t num_cloud = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    sorted[i] = {sign * mean_of(channels, sample.pixel(i)), sample.label[i]};
    num_cloud += sample.label[i];
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Labelled& a, const Labelled& b) { return a.value < b.value; });
  const Cut cut = best_cut(sorted, num_cloud);
  const auto total = static_cast<double>(sorted.size());
  const auto num_above = static_cast<double>(sorted.size() - cut.num_below);
  ThresholdRule rule{std::move(channels), side, sign * value_at(sorted, cut)};
  rule.training_accuracy = static_cast<double>(cut.num_right) / total;
  if (num_above > 0) {
    rule.cloud_probability =
        static_cast<float>(static_cast<double>(num_cloud - cut.cloud_below) / num_above);
  }
  if (cut.num_below > 0) {
    rule.clear_probability = static_cast<float>(static_cast<double>(cut.cloud_below) /
                                                static_cast<double>(cut.num_below));
  }
  return rule;
}

ThresholdRule fit_best_threshold(const PixelSample& sample, int begin, int end, CloudSide side) {
  std::vector<int> all(static_cast<std::size_t>(end - begin));
  std::iota(all.begin(), all.end(), begin);
  ThresholdRule best = fit_threshold(sample, all, side);
  for (const int channel : all) {
    ThresholdRule rule = fit_threshold(sample, {channel}, side);
    if (rule.training_accuracy > best.training_accuracy) best = std::move(rule);
  }
  return best;
}

std::vector<float> predict(const ThresholdRule& rule, const Planes& image) {
  const float sign = sign_of(rule.side);
  const auto count = static_cast<float>(rule.channels.size());
  std::vector<float> out(image.size.num_pixels(), 0.0F);
  for (const int c : rule.channels) {
    const std::span<const float> plane = image.plane(c);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += plane[i];
  }
  for (float& value : out) {
    value = sign * (value / count) > sign * rule.threshold ? rule.cloud_probability
                                                           : rule.clear_probability;
  }
  return out;
}

std::string describe(const ThresholdRule& rule) {
  const int first = rule.channels.front() + 1;
  const std::string what = rule.channels.size() == 1 ? fmt::format("channel {}", first)
                                                     : fmt::format("mean of channels {} to {}",
                                                                   first, rule.channels.back() + 1);
  return fmt::format("{} {} {:.4f}", what, rule.side == CloudSide::kAbove ? '>' : '<',
                     rule.threshold);
}

}  // namespace sciwright::cloudmask
