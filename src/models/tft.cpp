#include "models/tft.h"

#include <numeric>

#include <fmt/format.h>

namespace sciwright::models {
namespace {

using torch::Tensor;

std::vector<std::int64_t> range(std::int64_t first, std::int64_t end) {
  std::vector<std::int64_t> out(static_cast<std::size_t>(end - first));
  std::iota(out.begin(), out.end(), first);
  return out;
}

std::int64_t count(const std::vector<std::int64_t>& columns) {
  return static_cast<std::int64_t>(columns.size());
}

/// [T, B, C] -> the columns as rows [T·B, n].
Tensor rows_of(const Tensor& steps, const std::vector<std::int64_t>& columns) {
  const Tensor index =
      torch::tensor(columns, torch::TensorOptions(torch::kInt64)).to(steps.device());
  return steps.index_select(2, index).view({-1, count(columns)});
}

std::vector<std::int64_t> history_columns(const TftLayout& layout) {
  std::vector<std::int64_t> out = layout.unknown_columns;
  out.insert(out.end(), layout.known_columns.begin(), layout.known_columns.end());
  out.insert(out.end(), layout.target_columns.begin(), layout.target_columns.end());
  return out;
}

void require_at_least(Problems& out, const char* name, std::int64_t value, std::int64_t low) {
  if (value < low) out.push_back(fmt::format("{} is {}, must be at least {}", name, value, low));
}

}  // namespace

TftLayout tft_reference_layout() {
  return {.static_columns = {1, 2, 3, 4},
          .target_columns = {5, 11, 12, 13},
          .unknown_columns = {0, 6, 7, 8, 9, 10},
          .known_columns = range(14, 28)};
}

TftLayout tft_features27_layout() {
  return {.static_columns = {0, 1, 2, 3},
          .target_columns = {4, 10, 11, 12},
          .unknown_columns = {5, 6, 7, 8, 9},
          .known_columns = range(13, 27)};
}

TftLayout tft_paper_layout() {
  TftLayout layout = tft_features27_layout();
  layout.static_columns.push_back(layout.known_columns.front());
  layout.known_columns.erase(layout.known_columns.begin());
  return layout;
}

Problems problems(const TftSettings& settings) {
  Problems out;
  require_at_least(out, "static columns", count(settings.layout.static_columns), 1);
  require_at_least(out, "target columns", count(settings.layout.target_columns), 1);
  require_at_least(out, "known columns", count(settings.layout.known_columns), 1);
  require_at_least(out, "encoder steps", settings.num_encoder_steps, 1);
  require_at_least(out, "decoder steps", settings.num_decoder_steps, 1);
  require_at_least(out, "hidden", settings.hidden, 1);
  require_at_least(out, "heads", settings.num_heads, 1);
  require_at_least(out, "LSTM layers", settings.num_lstm_layers, 1);
  require_at_least(out, "quantiles", settings.num_quantiles, 1);
  if (settings.num_heads > 0 && settings.hidden % settings.num_heads != 0) {
    out.push_back(fmt::format("hidden is {}, must be a multiple of the number of heads, {}",
                              settings.hidden, settings.num_heads));
  }
  if (!(settings.dropout >= 0 && settings.dropout < 1)) {
    out.push_back(fmt::format("dropout is {}, must be at least 0 and below 1", settings.dropout));
  }
  return out;
}

Tft::Tft(const TftSettings& model, std::uint64_t seed) : settings(model) {
  throw_if_any(problems(model));
  Initializer weights(seed);
  register_parts(weights);
  if (!settings.zero_output) return;
  const torch::NoGradGuard no_gradients;
  for (const auto& output : outputs) output->kernel.zero_();
}

void Tft::register_parts(Initializer& weights) {
  const std::int64_t units = settings.hidden;
  const std::int64_t num_static = count(settings.layout.static_columns);
  const std::int64_t num_history = count(history_columns(settings.layout));
  const std::int64_t num_targets = count(settings.layout.target_columns);
  const std::int64_t num_embedded = num_static + num_history;
  embedding_kernel = register_parameter("embedding_kernel",
                                        weights.glorot_uniform({num_embedded, 1, units}, 1, units));
  embedding_bias = register_parameter("embedding_bias", torch::zeros({num_embedded, 1, units}));
  const auto selection = [&](const char* name, std::int64_t num_inputs, bool with_context) {
    return register_module(
        name, std::make_shared<VariableSelection>(weights, num_inputs, units, with_context));
  };
  static_selection = selection("static_selection", num_static, false);
  static_contexts =
      register_module("static_contexts", std::make_shared<GatedResidual>(weights, 4, units, false));
  history_selection = selection("history_selection", num_history, true);
  future_selection = selection("future_selection", count(settings.layout.known_columns), true);
  const LstmLayerSettings layer = {.inputs = units, .units = units, .two_biases = true};
  for (std::int64_t i = 0; i < settings.num_lstm_layers; ++i) {
    encoder.push_back(
        register_module(fmt::format("encoder_{}", i), std::make_shared<LstmLayer>(weights, layer)));
    decoder.push_back(
        register_module(fmt::format("decoder_{}", i), std::make_shared<LstmLayer>(weights, layer)));
  }
  lstm_gate = register_module("lstm_gate", std::make_shared<GateAddNorm>(weights, 1, units, units));
  enrichment =
      register_module("enrichment", std::make_shared<GatedResidual>(weights, 1, units, true));
  attention = register_module(
      "attention", std::make_shared<InterpretableAttention>(weights, units, settings.num_heads));
  const std::int64_t num_blocks = settings.head == TftHead::kChained ? num_targets : 1;
  const std::int64_t outputs_per_block = num_targets * settings.num_quantiles / num_blocks;
  for (std::int64_t i = 0; i < num_blocks; ++i) {
    final_blocks.push_back(
        register_module(fmt::format("final_{}", i), std::make_shared<FinalBlock>(weights, units)));
    outputs.push_back(register_module(fmt::format("final_output_{}", i),
                                      std::make_shared<Dense>(weights, units, outputs_per_block)));
  }
}

Tft::Contexts Tft::static_encoding(const Tensor& steps, const Tensor& embedding,
                                   DropoutPass& dropout) const {
  const auto& columns = settings.layout.static_columns;
  const Tensor vector = part("static_selection", [&] {
    return static_selection->forward(rows_of(steps.narrow(0, 0, 1), columns),
                                     embedding.narrow(0, 0, count(columns)), {}, dropout);
  });
  const Tensor contexts = part("static_contexts", [&] {
    return static_contexts->forward(vector.unsqueeze(0), {}, dropout);
  });
  return {contexts[0], contexts[1], {contexts[2], contexts[3]}};
}

Tensor Tft::selected_steps(const Tensor& steps, const Tensor& embedding, const Tensor& context,
                           DropoutPass& dropout) const {
  const TftLayout& layout = settings.layout;
  const std::int64_t num_static = count(layout.static_columns);
  const auto history = history_columns(layout);
  const Tensor past = part("history_selection", [&] {
    return history_selection->forward(
        rows_of(steps.narrow(0, 0, settings.num_encoder_steps), history),
        embedding.narrow(0, num_static, count(history)), context, dropout);
  });
  const Tensor future = part("future_selection", [&] {
    const std::int64_t first_known = num_static + count(layout.unknown_columns);
    return future_selection->forward(
        rows_of(steps.narrow(0, settings.num_encoder_steps, settings.num_decoder_steps),
                layout.known_columns),
        embedding.narrow(0, first_known, count(layout.known_columns)), context, dropout);
  });
  return torch::cat({past, future}).view({-1, steps.size(1), settings.hidden});
}

/// The LSTM encoder and decoder. As in the reference, a layer starts from the last state of the
/// layer before it, the decoder's first from the encoder's last; so with two layers the known
/// inputs of the last step reach the forecasts of all.
Tensor Tft::locality(const Tensor& selected, const kernels::LstmState& initial) const {
  kernels::LstmState state = initial;
  const auto run = [&](Tensor x, const std::vector<std::shared_ptr<LstmLayer>>& layers) {
    for (const auto& layer : layers) {
      const kernels::LstmOutputs out = layer->forward(x, state);
      x = out.sequence;
      state = out.last;
    }
    return x;
  };
  const Tensor past = part(
      "encoder", [&] { return run(selected.narrow(0, 0, settings.num_encoder_steps), encoder); });
  const Tensor future = part("decoder", [&] {
    return run(selected.narrow(0, settings.num_encoder_steps, settings.num_decoder_steps), decoder);
  });
  return torch::cat({past, future});
}

/// temporal [T, B, H] -> [decoder steps, B, targets, quantiles].
Tensor Tft::decode(const Tensor& temporal, const Tensor& context, DropoutPass& dropout) const {
  const std::int64_t units = settings.hidden;
  const Tensor enriched = part("enrichment", [&] {
    return enrichment->forward(temporal.view({1, -1, units}), context, dropout).view_as(temporal);
  });
  const auto decoder_rows = [&](const Tensor& t) {
    return t.slice(0, settings.num_encoder_steps).reshape({1, -1, units});
  };
  const Tensor residual = decoder_rows(enriched);
  const Tensor skip = decoder_rows(temporal);
  Tensor x = part("attention", [&] {
    return attention->forward(enriched, settings.num_decoder_steps, dropout)
        .reshape({1, -1, units});
  });
  std::vector<Tensor> forecasts;
  part("final", [&] {
    for (std::size_t i = 0; i < final_blocks.size(); ++i) {
      const FinalBlock::Output out = final_blocks[i]->forward(x, residual, skip, dropout);
      x = out.gated;
      forecasts.push_back(outputs[i]->forward(out.decoded));
    }
    return 0;
  });
  return torch::cat(forecasts, -1)
      .view({settings.num_decoder_steps, temporal.size(1), count(settings.layout.target_columns),
             settings.num_quantiles});
}

Tensor Tft::forward(const Tensor& input, std::uint64_t dropout_seed) const {
  TORCH_CHECK(input.size(1) == settings.num_encoder_steps + settings.num_decoder_steps,
              "the TFT was built for ", settings.num_encoder_steps, " + ",
              settings.num_decoder_steps, " steps, the input has ", input.size(1));
  DropoutPass dropout(*this, settings.dropout, dropout_seed);
  const Tensor steps = input.transpose(0, 1);
  const Tensor embedding = torch::cat({embedding_kernel, embedding_bias}, 1);
  const Contexts contexts = static_encoding(steps, embedding, dropout);
  const Tensor selected = selected_steps(steps, embedding, contexts.selection, dropout);
  const Tensor local = locality(selected, contexts.state);
  const Tensor temporal = part("lstm_gate", [&] {
    return lstm_gate
        ->forward(local.view({1, -1, settings.hidden}), selected.view({1, -1, settings.hidden}),
                  dropout)
        .view_as(local);
  });
  const Tensor out = decode(temporal, contexts.enrichment, dropout).transpose(0, 1);
  return settings.num_quantiles == 1 ? out.squeeze(-1) : out;
}

}  // namespace sciwright::models
