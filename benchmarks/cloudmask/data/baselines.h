#pragma once

#include <map>
#include <optional>
#include <string>

#include "cloudmask/data/logistic_regression.h"
#include "cloudmask/data/threshold_rule.h"

namespace sciwright::cloudmask {

/// The same probability everywhere: the cloud fraction of the training pixels.
struct Majority {
  float cloud_fraction = 0;
};
Majority fit_majority(const PixelSample& sample);
std::vector<float> predict(const Majority& model, const Planes& image);

/// The masks that need no network, fitted on training pixels only.
struct Baselines {
  Majority majority;
  std::optional<ThresholdRule> brightness;   ///< Without reflectances there is none.
  std::optional<ThresholdRule> temperature;  ///< Without temperatures there is none.
  LogisticRegression logistic;
};

/// Throws a usage error for an empty sample.
Baselines fit_baselines(const PixelSample& sample);

/// Probabilities, [H, W], by name: "majority", "brightness_threshold", "temperature_threshold",
/// "logistic_regression". `image` has the channels and units of the sample.
std::map<std::string, std::vector<float>> predict_baselines(const Baselines& baselines,
                                                            const Planes& image, int num_threads);

}  // namespace sciwright::cloudmask
