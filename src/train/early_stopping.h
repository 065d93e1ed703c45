#pragma once

#include <limits>

namespace sciwright::train {

/// When to stop: Keras's EarlyStopping with mode "min".
struct EarlyStoppingSettings {
  int patience = 0;      ///< Epochs without improvement before stopping; 0 never stops.
  double min_delta = 0;  ///< An improvement is lower than the best by more than this.
};

/// Keras's rule, exactly: an epoch improves when loss < best - min_delta (strictly); the counter of
/// the others stops the fit when it reaches the patience. A NaN loss never improves.
class EarlyStopping final {
 public:
  explicit EarlyStopping(EarlyStoppingSettings settings) : settings_(settings) {}

  /// Tells the loss of an epoch (0-based). Returns true when the fit should end after it.
  bool should_stop(int epoch, double loss) {
    ++wait_;
    if (loss < best_loss_ - settings_.min_delta) {
      best_loss_ = loss;
      best_epoch_ = epoch;
      wait_ = 0;
    }
    return settings_.patience > 0 && wait_ >= settings_.patience;
  }

  /// Epoch of the lowest loss, or -1 before the first improvement.
  int best_epoch() const { return best_epoch_; }
  double best_loss() const { return best_loss_; }
  int wait() const { return wait_; }

  /// Continues from an earlier state.
  void restore(int best_epoch, double best_loss, int wait) {
    best_epoch_ = best_epoch;
    best_loss_ = best_loss;
    wait_ = wait;
  }

 private:
  EarlyStoppingSettings settings_;
  double best_loss_ = std::numeric_limits<double>::infinity();
  int best_epoch_ = -1;
  int wait_ = 0;
};

}  // namespace sciwright::train
