#pragma once

#include <cstdint>
#include <string>

#include <ATen/record_function.h>
#include <torch/nn/module.h>

#include "kernels/lstm_sequence.h"
#include "models/initializer.h"

/// Layers that several models share, with Keras's names (kernel, bias, gamma, beta), shapes and
/// initial values. Sequences are time-major: [T, B, F] with T steps, B samples, F features.
namespace sciwright::models {

/// The dropout of one forward pass. Every use draws another mask; all are functions of the pass's
/// seed, so the same seed repeats the pass. Does nothing in evaluation or at rate 0.
class DropoutPass final {
 public:
  DropoutPass(const torch::nn::Module& model, double rate, std::uint64_t seed)
      : rate_(model.is_training() ? rate : 0), seed_(seed) {}

  torch::Tensor operator()(const torch::Tensor& x);

  /// The mask alone, to be applied at each step of a sequence; undefined where dropout does
  /// nothing.
  torch::Tensor mask(torch::IntArrayRef shape, torch::Device device);

 private:
  std::uint64_t next_seed();

  double rate_;
  std::uint64_t seed_;
  std::uint64_t num_drawn_ = 0;
};

/// Affine layer on the last axis: kernel [in, out], bias [out].
struct Dense final : torch::nn::Module {
  Dense(Initializer& weights, std::int64_t in, std::int64_t out);
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor kernel;
  torch::Tensor bias;
};

/// Layer normalisation of the last axis: gamma [size], beta [size].
struct LayerNorm final : torch::nn::Module {
  LayerNorm(std::int64_t size, double epsilon);
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor gamma;
  torch::Tensor beta;
  double epsilon;
};

struct LstmLayerSettings {
  std::int64_t inputs = 0;
  std::int64_t units = 0;
  kernels::CellActivation activation = kernels::CellActivation::kTanh;
  bool two_biases = false;  ///< cuDNN's form (and torch::nn::LSTM's): input and recurrent bias.
};

/// Keras's LSTM layer, forget bias 1.
struct LstmLayer final : torch::nn::Module {
  LstmLayer(Initializer& weights, const LstmLayerSettings& layer);

  /// x [T, B, inputs] from the state `initial`.
  kernels::LstmOutputs forward(const torch::Tensor& x, const kernels::LstmState& initial) const;

  /// As Keras's dropout in training: one mask on the inputs and one on the recurrent state, the
  /// same at every step. From zeros.
  kernels::LstmOutputs forward(const torch::Tensor& x, DropoutPass& input_dropout,
                               DropoutPass& recurrent_dropout) const;

  LstmLayerSettings settings;
  torch::Tensor kernel;            ///< [inputs, 4 units]
  torch::Tensor recurrent_kernel;  ///< [units, 4 units]
  torch::Tensor bias;              ///< [4 units]
  torch::Tensor input_bias;        ///< [4 units], undefined with a single bias.

 private:
  kernels::LstmOutputs run(const torch::Tensor& x, const kernels::LstmState& initial,
                           const torch::Tensor& recurrent_mask) const;
};

/// Runs a named part of a model's forward pass, so that summarize() can tell parts apart. Costs
/// nothing measurable otherwise.
template <class Body>
auto part(const char* name, Body&& body) {
  RECORD_USER_SCOPE(name);
  return body();
}

/// Number of trainable numbers of a model.
std::int64_t num_weights(const torch::nn::Module& model);

}  // namespace sciwright::models
