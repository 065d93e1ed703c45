#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/blocks.h"

namespace sciwright::models {

/// Defaults: the reference's hybrid earthquake model, 2,482,456 weights.
struct SpaceTimeTransformerSettings {
  std::int64_t num_inputs = 27;
  std::int64_t num_outputs = 24;
  std::int64_t model_size = 128;  ///< Of the embedded input; the encoder is twice as wide.
  std::int64_t num_heads = 4;
  std::int64_t num_encoder_layers = 4;
  std::int64_t feed_forward_units = 512;
  std::int64_t lstm_units = 64;
  std::int64_t num_lstm_layers = 2;
  std::int64_t final_units = 128;
  double dropout = 0.2;  ///< After attention and feed-forward, and of the LSTM's inputs and states.
  bool only_earlier_times = true;  ///< Attention over time sees no later step ("masking option 1").
};

/// An encoder layer: attention over the time steps of each pixel and over the pixels of each time
/// step with the same queries and keys; the values of every head are the embedded input.
struct SpaceTimeEncoderLayer final : torch::nn::Module {
  SpaceTimeEncoderLayer(Initializer& weights, const SpaceTimeTransformerSettings& model,
                        std::int64_t in);

  /// x [B, P, T, in] and the embedded input u [B, P, T, D] -> [B, P, T, 2D].
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& u, DropoutPass& dropout) const;

  SpaceTimeTransformerSettings settings;
  std::shared_ptr<Dense> query;
  std::shared_ptr<Dense> key;
  std::shared_ptr<Dense> merge;
  std::shared_ptr<LayerNorm> attention_norm;
  std::shared_ptr<Dense> feed_forward_in;
  std::shared_ptr<Dense> feed_forward_out;
  std::shared_ptr<LayerNorm> feed_forward_norm;
};

/// The reference's "Science Transformer": attention encoder over space and time, LSTM decoder. A
/// sample is all P pixels over T steps ending at one time.
struct SpaceTimeTransformer final : torch::nn::Module {
  SpaceTimeTransformer(const SpaceTimeTransformerSettings& settings, std::uint64_t seed);

  /// input [B, P, T, num_inputs] -> [B, P, num_outputs]. In training, `dropout_seed` chooses the
  /// masks.
  torch::Tensor forward(const torch::Tensor& input, std::uint64_t dropout_seed = 0) const;

  SpaceTimeTransformerSettings settings;
  std::shared_ptr<Dense> embedding;
  std::vector<std::shared_ptr<SpaceTimeEncoderLayer>> encoder;
  std::shared_ptr<Dense> merge;
  std::vector<std::shared_ptr<LstmLayer>> decoder;
  std::shared_ptr<Dense> final_hidden;
  std::shared_ptr<Dense> output;
};

}  // namespace sciwright::models
