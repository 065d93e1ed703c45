#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::train {

/// One line of history.csv.
struct EpochRecord {
  int epoch = 0;  ///< From 1.
  double train_loss = 0;
  std::optional<double> validation_loss;
  std::optional<double> train_accuracy = {};  ///< While learning, as the loss.
  std::optional<double> validation_accuracy = {};
  double learning_rate = 0;  ///< Of the last step.
  std::int64_t num_samples = 0;
  double train_s = 0;  ///< Waiting for data included.
  double validation_s = 0;
  double data_wait_s = 0;  ///< Making batches in training, or waiting for those read ahead.
};

/// A record as a checkpoint keeps it, and back. A loss that is no number stays one.
nlohmann::json to_json(const EpochRecord& record);
EpochRecord epoch_record_from(const nlohmann::json& json);

/// history.csv of a fit: epoch, train_loss, validation_loss, learning_rate, samples, train_s,
/// validation_s, data_wait_s, train_accuracy, validation_accuracy.
std::string history_csv(const std::vector<EpochRecord>& history);

}  // namespace sciwright::train
