#pragma once

#include <cstdint>
#include <span>

#include <torch/types.h>

namespace sciwright::train {

/// Samples that go through the network together. B samples lead every tensor.
struct Batch {
  torch::Tensor input;  ///< [B, …]
  torch::Tensor
      target;  ///< [B, …]; NaN where nothing was observed. Undefined when only forecasting.
  /// [B, …] What is known of the target and the network's output corrects, or undefined.
  torch::Tensor baseline = {};
  /// [B, …] What the squared error of each target counts, or undefined (all alike).
  torch::Tensor weight = {};
};

/// Where samples come from: one of the code base's four interfaces, so that the fit loop knows no
/// data. Samples have numbers 0 … num_samples() - 1; order and shuffling are the loop's.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  virtual std::int64_t num_samples() const = 0;

  /// The samples with these numbers, in this order, in CPU memory. Called by one thread.
  virtual Batch batch(std::span<const std::uint32_t> samples) const = 0;
};

}  // namespace sciwright::train
