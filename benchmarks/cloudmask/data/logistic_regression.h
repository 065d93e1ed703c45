#pragma once

#include <vector>

#include "cloudmask/data/pixel_sample.h"

namespace sciwright::cloudmask {

/// The probability of cloud of a pixel from its own channels: 1 / (1 + exp(−(b + w · x))).
struct LogisticRegression {
  float intercept = 0;
  std::vector<float> coefficients = {};  ///< One a channel, in the channel's own unit.
  int num_iterations = 0;
};

/// Maximum likelihood by Newton's method (iteratively reweighted least squares) on standardised
/// channels, with a ridge of 1 (against the sample's thousands) that keeps separable samples
/// finite. Steps that do not lower the loss are halved. The sample must not be empty.
LogisticRegression fit_logistic_regression(const PixelSample& sample);

/// [H, W]. Equal for any number of threads.
std::vector<float> predict(const LogisticRegression& model, const Planes& image, int num_threads);

}  // namespace sciwright::cloudmask
