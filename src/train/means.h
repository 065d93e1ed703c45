#pragma once

#include <optional>

#include "train/network.h"

namespace sciwright::train {

/// Means over the batches of an epoch or a validation.
struct Means {
  double loss_sum = 0;
  double counted = 0;  ///< Samples, or what the network counts.
  double right = 0;

  /// Adds a batch: its loss, its samples, and its hits where the network tells them.
  void add(double loss, double num_samples, const std::optional<Hits>& hits) {
    const double weight = hits ? hits->counted : num_samples;
    if (hits) right += hits->right;
    loss_sum += loss * weight;
    counted += weight;
  }

  double loss() const { return loss_sum / counted; }
  std::optional<double> accuracy(const Network& network) const {
    return network.hits ? std::optional(right / counted) : std::nullopt;
  }
};

}  // namespace sciwright::train
