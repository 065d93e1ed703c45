#pragma once

#include <string>
#include <vector>

#include "cloudmask/data/pixel_sample.h"

namespace sciwright::cloudmask {

/// Which side of a threshold is cloud: clouds are bright, and cold.
enum class CloudSide { kAbove, kBelow };

/// From this value on, the sign turned so that cloud is above, cloud has this probability.
struct ProbabilityStep {
  float value = 0;
  float probability = 0;
};

/// "Cloud where the mean of some channels is above (or below) a threshold." How far above says how
/// likely: the isotonic regression of the labels on the value (pool adjacent violators, Ayer et al.
/// 1955), which crosses 0.5 at the threshold of highest accuracy.
struct ThresholdRule {
  std::vector<int> channels = {};
  CloudSide side = CloudSide::kAbove;
  float threshold = 0;
  double training_accuracy = 0;
  std::vector<ProbabilityStep> steps = {};  ///< Ascending in both.
};

/// The threshold of highest accuracy on the sample, exactly: halfway between two neighbouring
/// values, or beyond the last one. The sample must not be empty.
ThresholdRule fit_threshold(const PixelSample& sample, std::vector<int> channels, CloudSide side);

/// The best of: each of the channels `begin` … `end` − 1 alone, and their mean.
ThresholdRule fit_best_threshold(const PixelSample& sample, int begin, int end, CloudSide side);

/// The probability of cloud, [H, W]: above 0.5 where the rule says cloud and nowhere else.
std::vector<float> predict(const ThresholdRule& rule, const Planes& image);

/// "channel 1 > 0.2264" or "mean of channels 1 to 6 > 0.3408", channels counted from 1.
std::string describe(const ThresholdRule& rule);

}  // namespace sciwright::cloudmask
