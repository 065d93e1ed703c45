#include "cloudmask/data/baselines.h"

#include <numeric>

#include "base/error.h"

namespace sciwright::cloudmask {

Majority fit_majority(const PixelSample& sample) {
  const auto num_cloud = std::accumulate(sample.label.begin(), sample.label.end(), std::int64_t{0});
  return {static_cast<float>(static_cast<double>(num_cloud) / static_cast<double>(sample.size()))};
}

std::vector<float> predict(const Majority& model, const Planes& image) {
  return std::vector<float>(image.size.num_pixels(), model.cloud_fraction);
}

Baselines fit_baselines(const PixelSample& sample) {
  if (sample.size() == 0) {
    throw usage_error("the training scenes have no valid pixel to fit the baselines on");
  }
  Baselines b{.majority = fit_majority(sample),
              .brightness = {},
              .temperature = {},
              .logistic = fit_logistic_regression(sample)};
  if (sample.num_reflectances > 0) {
    b.brightness = fit_best_threshold(sample, 0, sample.num_reflectances, CloudSide::kAbove);
  }
  if (sample.num_reflectances < sample.num_channels) {
    b.temperature =
        fit_best_threshold(sample, sample.num_reflectances, sample.num_channels, CloudSide::kBelow);
  }
  return b;
}

std::map<std::string, std::vector<float>> predict_baselines(const Baselines& baselines,
                                                            const Planes& image, int num_threads) {
  std::map<std::string, std::vector<float>> out;
  out["majority"] = predict(baselines.majority, image);
  if (baselines.brightness) out["brightness_threshold"] = predict(*baselines.brightness, image);
  if (baselines.temperature) out["temperature_threshold"] = predict(*baselines.temperature, image);
  out["logistic_regression"] = predict(baselines.logistic, image, num_threads);
  return out;
}

}  // namespace sciwright::cloudmask
