#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/blocks.h"

namespace sciwright::models {

/// Defaults: the reference's earthquake LSTM, 65,560 weights.
struct LstmSettings {
  std::int64_t num_inputs = 27;
  std::int64_t num_outputs = 24;  ///< 10 forecasts and 14 encodings.
  std::int64_t initial_units = 128;
  std::int64_t lstm_units = 48;
  std::int64_t num_lstm_layers = 2;
  std::int64_t final_units = 128;
  double dropout = 0.2;
  double recurrent_dropout = 0.2;
};

/// The reference's LSTM forecaster: Dense (selu) at each step, LSTM layers with selu in place of
/// tanh, then Dense (selu) and Dense on the last step.
struct Lstm final : torch::nn::Module {
  Lstm(const LstmSettings& settings, std::uint64_t seed);

  /// input [B, T, num_inputs] -> [B, num_outputs]. In training, `dropout_seed` chooses the masks.
  torch::Tensor forward(const torch::Tensor& input, std::uint64_t dropout_seed = 0) const;

  LstmSettings settings;
  std::shared_ptr<Dense> initial;
  std::vector<std::shared_ptr<LstmLayer>> layers;
  std::shared_ptr<Dense> final_hidden;
  std::shared_ptr<Dense> output;
};

}  // namespace sciwright::models
