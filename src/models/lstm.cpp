#include "models/lstm.h"

namespace sciwright::models {

using torch::Tensor;

Lstm::Lstm(const LstmSettings& model, std::uint64_t seed) : settings(model) {
  Initializer weights(seed);
  initial = register_module(
      "initial", std::make_shared<Dense>(weights, model.num_inputs, model.initial_units));
  for (std::int64_t i = 0; i < model.num_lstm_layers; ++i) {
    const LstmLayerSettings layer = {.inputs = i == 0 ? model.initial_units : model.lstm_units,
                                     .units = model.lstm_units,
                                     .activation = kernels::CellActivation::kSelu};
    layers.push_back(
        register_module("lstm_" + std::to_string(i), std::make_shared<LstmLayer>(weights, layer)));
  }
  final_hidden = register_module(
      "final_hidden", std::make_shared<Dense>(weights, model.lstm_units, model.final_units));
  output = register_module("output",
                           std::make_shared<Dense>(weights, model.final_units, model.num_outputs));
}

Tensor Lstm::forward(const Tensor& input, std::uint64_t dropout_seed) const {
  DropoutPass dropout(*this, settings.dropout, dropout_seed);
  DropoutPass recurrent_dropout(*this, settings.recurrent_dropout, ~dropout_seed);
  Tensor x = part("initial", [&] { return torch::selu(initial->forward(input.transpose(0, 1))); });
  part("lstm", [&] {
    for (const auto& layer : layers) x = layer->forward(x, dropout, recurrent_dropout).sequence;
    return 0;
  });
  const Tensor hidden =
      part("final_hidden", [&] { return torch::selu(final_hidden->forward(x[-1])); });
  return part("output", [&] { return output->forward(hidden); });
}

}  // namespace sciwright::models
