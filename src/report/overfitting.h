#pragma once

#include <optional>

#include "report/history.h"

namespace sciwright::report {

/// Whether a fit went on for too long. Epochs count from 1.
struct Overfitting {
  std::size_t num_epochs = 0;
  std::size_t best_epoch = 0;  ///< Of the lowest validation loss.
  double best_validation_loss = 0;
  double last_validation_loss = 0;
  /// From this epoch to the end the training loss lies below the validation loss; nothing when it
  /// does not at the end.
  std::optional<std::size_t> crossing_epoch = {};
  std::size_t stop_epoch = 0;  ///< Where early stopping would have ended it; the last if never.
  double loss_at_stop = 0;     ///< The lowest validation loss until then.
  std::optional<double> saved_s = {};  ///< Of training and validation, by stopping there.
};

/// Looks at a fit's losses; `patience` is how many epochs without a better validation loss early
/// stopping waits for. Nothing without validation losses.
std::optional<Overfitting> overfitting_of(const History& history, std::size_t patience);

}  // namespace sciwright::report
