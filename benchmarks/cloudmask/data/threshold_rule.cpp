#include "cloudmask/data/threshold_rule.h"

#include <algorithm>
#include <cmath>
#include <iterator>
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

/// A cut of the sorted values, and the pixels it gets right.
struct Cut {
  std::size_t num_below = 0;
  std::int64_t num_right = 0;
};

Cut best_cut(const std::vector<Labelled>& sorted, std::int64_t num_cloud) {
  Cut best{0, num_cloud};
  std::int64_t cloud_below = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    cloud_below += sorted[i].is_cloud;
    if (i + 1 < sorted.size() && sorted[i + 1].value == sorted[i].value) continue;
    const auto clear_below = static_cast<std::int64_t>(i + 1) - cloud_below;
    const std::int64_t num_right = clear_below + num_cloud - cloud_below;
    if (num_right > best.num_right) best = {i + 1, num_right};
  }
  return best;
}

/// A number between two neighbouring values that is not below the lower one.
float between(float low, float high) {
  const float middle = low + (high - low) / 2;
  return middle < high ? middle : low;
}

float value_at(const std::vector<Labelled>& sorted, const Cut& cut) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (cut.num_below == 0) return -kInfinity;
  if (cut.num_below == sorted.size()) return sorted.back().value;
  return between(sorted[cut.num_below - 1].value, sorted[cut.num_below].value);
}

/// Neighbouring values with their share of cloud.
struct Block {
  float low;
  float high;
  double num_cloud;
  double num_pixels;

  double share() const { return num_cloud / num_pixels; }
};

/// Pools neighbours until no share is below the one before it.
std::vector<ProbabilityStep> isotonic_steps(const std::vector<Labelled>& sorted) {
  std::vector<Block> blocks;
  for (const Labelled& pixel : sorted) {
    if (!blocks.empty() && blocks.back().high == pixel.value) {
      blocks.back().num_cloud += pixel.is_cloud;
      blocks.back().num_pixels += 1;
    } else {
      blocks.push_back({pixel.value, pixel.value, static_cast<double>(pixel.is_cloud), 1});
    }
  }
  std::vector<Block> pooled;
  for (Block block : blocks) {
    while (!pooled.empty() && pooled.back().share() >= block.share()) {
      block = {pooled.back().low, block.high, pooled.back().num_cloud + block.num_cloud,
               pooled.back().num_pixels + block.num_pixels};
      pooled.pop_back();
    }
    pooled.push_back(block);
  }
  std::vector<ProbabilityStep> steps;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    const float from = i == 0 ? pooled[i].low : between(pooled[i - 1].high, pooled[i].low);
    steps.push_back({from, static_cast<float>(pooled[i].share())});
  }
  return steps;
}

float probability_at(const std::vector<ProbabilityStep>& steps, float value) {
  const auto above = std::upper_bound(
      steps.begin(), steps.end(), value,
      [](float looked_for, const ProbabilityStep& step) { return looked_for < step.value; });
  return above == steps.begin() ? steps.front().probability : std::prev(above)->probability;
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
  ThresholdRule rule{std::move(channels), side, sign * value_at(sorted, cut)};
  rule.training_accuracy = static_cast<double>(cut.num_right) / total;
  rule.steps = isotonic_steps(sorted);
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
  const float just_above_half = std::nextafter(0.5F, 1.0F);
  std::vector<float> out(image.size.num_pixels(), 0.0F);
  for (const int c : rule.channels) {
    const std::span<const float> plane = image.plane(c);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += plane[i];
  }
  for (float& value : out) {
    const float turned = sign * (value / count);
    const float probability = probability_at(rule.steps, turned);
    // On the threshold itself, and in blocks of exactly 0.5, the rule decides.
    value = turned > sign * rule.threshold ? std::max(probability, just_above_half)
                                           : std::min(probability, 0.5F);
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
