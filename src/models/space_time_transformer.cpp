#include "models/space_time_transformer.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "kernels/matrix_product.h"

namespace sciwright::models {
namespace {

using torch::Tensor;

constexpr double kNormEpsilon = 1e-6;

/// Attention along the axis L of [G, L, ...] tensors, G groups apart: queries and keys
/// [G, L, heads · size], values [G, L, D] shared by the heads -> [G, L, heads · D].
Tensor attend(const Tensor& queries, const Tensor& keys, const Tensor& values, std::int64_t heads,
              bool only_earlier) {
  const std::int64_t groups = values.size(0);
  const std::int64_t length = values.size(1);
  const std::int64_t size = queries.size(2) / heads;
  const auto by_head = [&](const Tensor& t) {
    return t.view({groups, length, heads, size}).transpose(1, 2).reshape({-1, length, size});
  };
  const Tensor scaled = by_head(queries) / std::sqrt(static_cast<double>(size));
  Tensor scores = kernels::batched_product(scaled, by_head(keys).transpose(1, 2));
  if (only_earlier) {
    scores = scores + torch::full({length, length}, -std::numeric_limits<float>::infinity(),
                                  scores.options())
                          .triu_(1);
  }
  const Tensor weights = torch::softmax(scores, -1).view({groups, heads * length, length});
  return kernels::batched_product(weights, values)
      .view({groups, heads, length, -1})
      .transpose(1, 2)
      .reshape({groups, length, -1});
}

}  // namespace

SpaceTimeEncoderLayer::SpaceTimeEncoderLayer(Initializer& weights,
                                             const SpaceTimeTransformerSettings& model,
                                             std::int64_t in)
    : settings(model) {
  const std::int64_t size = model.model_size;
  const std::int64_t width = 2 * size;
  const auto dense = [&](const char* name, std::int64_t from, std::int64_t to) {
    return register_module(name, std::make_shared<Dense>(weights, from, to));
  };
  query = dense("query", in, size);
  key = dense("key", in, size);
  merge = dense("merge", 2 * model.num_heads * size, width);
  attention_norm =
      register_module("attention_norm", std::make_shared<LayerNorm>(width, kNormEpsilon));
  feed_forward_in = dense("feed_forward_in", width, model.feed_forward_units);
  feed_forward_out = dense("feed_forward_out", model.feed_forward_units, width);
  feed_forward_norm =
      register_module("feed_forward_norm", std::make_shared<LayerNorm>(width, kNormEpsilon));
}

Tensor SpaceTimeEncoderLayer::forward(const Tensor& x, const Tensor& u,
                                      DropoutPass& dropout) const {
  const std::int64_t heads = settings.num_heads;
  const Tensor q = query->forward(x);
  const Tensor k = key->forward(x);
  const Tensor over_time =
      attend(q.flatten(0, 1), k.flatten(0, 1), u.flatten(0, 1), heads, settings.only_earlier_times)
          .view({x.size(0), x.size(1), x.size(2), -1});
  // [B, P, T, ·] -> [B·T, P, ·]
  const auto by_step = [](const Tensor& t) { return t.transpose(1, 2).flatten(0, 1).contiguous(); };
  const Tensor over_space = attend(by_step(q), by_step(k), by_step(u), heads, false)
                                .view({x.size(0), x.size(2), x.size(1), -1})
                                .transpose(1, 2);
  const Tensor merged = dropout(merge->forward(torch::cat({over_time, over_space}, -1)));
  const Tensor skip = x.size(-1) == merged.size(-1) ? x : torch::cat({x, x}, -1);
  const Tensor attended = attention_norm->forward(skip + merged);
  const Tensor fed = feed_forward_out->forward(torch::selu(feed_forward_in->forward(attended)));
  return feed_forward_norm->forward(attended + dropout(fed));
}

SpaceTimeTransformer::SpaceTimeTransformer(const SpaceTimeTransformerSettings& model,
                                           std::uint64_t seed)
    : settings(model) {
  Initializer weights(seed);
  const std::int64_t size = model.model_size;
  const auto dense = [&](const char* name, std::int64_t from, std::int64_t to) {
    return register_module(name, std::make_shared<Dense>(weights, from, to));
  };
  embedding = dense("embedding", model.num_inputs, size);
  for (std::int64_t i = 0; i < model.num_encoder_layers; ++i) {
    encoder.push_back(register_module(
        fmt::format("encoder_{}", i),
        std::make_shared<SpaceTimeEncoderLayer>(weights, model, i == 0 ? size : 2 * size)));
  }
  merge = dense("merge", 3 * size, size);
  for (std::int64_t i = 0; i < model.num_lstm_layers; ++i) {
    const LstmLayerSettings layer = {.inputs = i == 0 ? size : model.lstm_units,
                                     .units = model.lstm_units,
                                     .activation = kernels::CellActivation::kSelu};
    decoder.push_back(
        register_module(fmt::format("decoder_{}", i), std::make_shared<LstmLayer>(weights, layer)));
  }
  final_hidden = dense("final_hidden", model.lstm_units, model.final_units);
  output = dense("output", model.final_units, model.num_outputs);
}

Tensor SpaceTimeTransformer::forward(const Tensor& input, std::uint64_t dropout_seed) const {
  DropoutPass dropout(*this, settings.dropout, dropout_seed);
  const Tensor u = part("embedding", [&] { return torch::selu(embedding->forward(input)); });
  Tensor x = u;
  part("encoder", [&] {
    for (const auto& layer : encoder) x = layer->forward(x, u, dropout);
    return 0;
  });
  x = part("merge", [&] { return torch::selu(merge->forward(torch::cat({u, x}, -1))); });
  x = x.flatten(0, 1).transpose(0, 1);  // [T, B·P, D]
  part("decoder", [&] {
    for (const auto& layer : decoder) x = layer->forward(x, dropout, dropout).sequence;
    return 0;
  });
  const Tensor hidden =
      part("final_hidden", [&] { return torch::selu(final_hidden->forward(x[-1])); });
  return part("output", [&] { return output->forward(hidden); })
      .view({input.size(0), input.size(1), -1});
}

}  // namespace sciwright::models
