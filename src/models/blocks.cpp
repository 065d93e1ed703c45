#include "models/blocks.h"

#include <torch/nn/functional/normalization.h>

#include "base/random.h"
#include "kernels/dropout.h"
#include "kernels/matrix_product.h"

namespace sciwright::models {

using kernels::LstmOutputs;
using kernels::LstmState;
using torch::Tensor;

std::uint64_t DropoutPass::next_seed() { return derive_seed(seed_, "dropout", num_drawn_++); }

Tensor DropoutPass::operator()(const Tensor& x) {
  return rate_ > 0 ? kernels::drop_elements(x, rate_, next_seed()) : x;
}

Tensor DropoutPass::mask(torch::IntArrayRef shape, torch::Device device) {
  return rate_ > 0 ? kernels::dropout_mask(shape, rate_, next_seed()).to(device) : Tensor();
}

Dense::Dense(Initializer& weights, std::int64_t in, std::int64_t out)
    : kernel(register_parameter("kernel", weights.glorot_uniform({in, out}, in, out))),
      bias(register_parameter("bias", torch::zeros({out}))) {}

Tensor Dense::forward(const Tensor& x) const { return kernels::dense(x, kernel, bias); }

LayerNorm::LayerNorm(std::int64_t size, double norm_epsilon)
    : gamma(register_parameter("gamma", torch::ones({size}))),
      beta(register_parameter("beta", torch::zeros({size}))),
      epsilon(norm_epsilon) {}

Tensor LayerNorm::forward(const Tensor& x) const {
  return torch::layer_norm(x, {x.size(-1)}, gamma, beta, epsilon);
}

LstmLayer::LstmLayer(Initializer& weights, const LstmLayerSettings& layer) : settings(layer) {
  const std::int64_t gates = 4 * layer.units;
  kernel = register_parameter("kernel",
                              weights.glorot_uniform({layer.inputs, gates}, layer.inputs, gates));
  recurrent_kernel = register_parameter("recurrent_kernel", weights.orthogonal(layer.units, gates));
  Tensor forget_one = torch::zeros({gates});
  forget_one.narrow(0, layer.units, layer.units).fill_(1);
  bias = register_parameter("bias", forget_one);
  if (layer.two_biases) input_bias = register_parameter("input_bias", torch::zeros({gates}));
}

LstmOutputs LstmLayer::run(const Tensor& x, const LstmState& initial,
                           const Tensor& recurrent_mask) const {
  const Tensor sum = input_bias.defined() ? bias + input_bias : bias;
  return kernels::lstm_sequence({.gates = kernels::dense(x, kernel, sum),
                                 .recurrent_kernel = recurrent_kernel,
                                 .initial = initial,
                                 .recurrent_mask = recurrent_mask,
                                 .activation = settings.activation});
}

LstmOutputs LstmLayer::forward(const Tensor& x, const LstmState& initial) const {
  return run(x, initial, {});
}

LstmOutputs LstmLayer::forward(const Tensor& x, DropoutPass& input_dropout,
                               DropoutPass& recurrent_dropout) const {
  const std::int64_t batch = x.size(1);
  const Tensor input_mask = input_dropout.mask({batch, settings.inputs}, x.device());
  const Tensor zeros = torch::zeros({batch, settings.units}, x.options());
  return run(input_mask.defined() ? x * input_mask : x, {zeros, zeros},
             recurrent_dropout.mask({batch, settings.units}, x.device()));
}

std::int64_t num_weights(const torch::nn::Module& model) {
  std::int64_t count = 0;
  for (const Tensor& p : model.parameters()) count += p.numel();
  return count;
}

}  // namespace sciwright::models
