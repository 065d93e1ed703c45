#pragma once

#include <cstdint>
#include <functional>

#include <torch/nn/module.h>

#include "train/batch.h"

namespace sciwright::train {

/// How many of the counted outputs of a batch were right.
struct Hits {
  double right = 0;
  double counted = 0;
};

/// A network as the loop sees it.
struct Network {
  torch::nn::Module& module;
  /// The loss of a batch, a scalar. `seed` is for the step's dropout; validation does not drop.
  std::function<torch::Tensor(const Batch& batch, std::uint64_t seed)> loss;
  /// Of the batch that `loss` saw last. Where it is given, epochs have an accuracy, and the losses
  /// of batches are averaged by what they counted rather than by samples.
  std::function<Hits()> hits = {};
  /// What the loss of a batch is the mean over, so that ranks which share a batch can join theirs.
  /// Empty: what hits() counts, else the samples.
  std::function<double(const Batch& batch)> loss_weight = {};
};

/// The batch on the network's device.
Batch to_device(Batch batch, const torch::Device& device);

}  // namespace sciwright::train
