#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "train/epoch_record.h"

namespace sciwright::cloudmask {

/// What early stopping with one patience would have given.
struct PatienceResult {
  int patience = 0;
  int epochs = 0;             ///< Run until it stopped.
  int best_epoch = 0;         ///< Lowest validation loss until then.
  bool stopped = false;       ///< Before the end of the long run.
  double saved_fraction = 0;  ///< Of the time the long run took in its epochs.
  double best_accuracy = 0;   ///< Of the test scenes, with the weights of the best epoch …
  double last_accuracy = 0;   ///< … and of the last, as the reference keeps them.
};

/// Replays Keras's rule on the history of a long run, for each patience.
std::vector<PatienceResult> replay_patience(const std::vector<train::EpochRecord>& history,
                                            const std::vector<int>& patiences);

/// A table for people, and rows for result.json.
std::string patience_text(const std::vector<PatienceResult>& results);
nlohmann::json patience_json(const std::vector<PatienceResult>& results);

}  // namespace sciwright::cloudmask
