// The two models that forecast windows Ahead: the LSTM baseline and the hybrid space–time
// transformer.

#include <memory>
#include <numeric>

#include <torch/types.h>

#include "base/random.h"
#include "earthquake/task/fit_settings.h"
#include "earthquake/task/forecasts.h"
#include "earthquake/task/loaded_model.h"
#include "earthquake/task/sequences.h"
#include "models/lstm.h"
#include "models/space_time_transformer.h"
#include "models/summary.h"
#include "recorded_fit/recorded_fit.h"
#include "train/device.h"
#include "train/loss.h"

namespace sciwright::earthquake {
namespace {

constexpr FitDefaults kLstmDefaults = {
    .epochs = 2, .batch_size = 400, .learning_rate = 1e-3, .loss = "mse", .schedule = "constant"};
constexpr FitDefaults kHybridDefaults = {
    .epochs = 2, .batch_size = 1, .learning_rate = 1e-3, .loss = "mse", .schedule = "constant"};

/// Predictions weigh 1, the 14 encodings a quarter (spec 3.2).
torch::Tensor output_weights(const torch::Device& device) {
  torch::Tensor weights = torch::full({kNumAheadOutputs}, 0.25);
  weights.narrow(0, 0, kNumAheadPredictions).fill_(1);
  return weights.to(device);
}

models::LstmSettings lstm_settings(const Settings& s) {
  models::LstmSettings out;
  out.num_outputs = kNumAheadOutputs;
  out.initial_units = s.lstm.initial;
  out.lstm_units = s.lstm.units;
  out.final_units = s.lstm.final;
  out.dropout = s.lstm.dropout;
  out.recurrent_dropout = s.lstm.recurrent_dropout;
  return out;
}

models::SpaceTimeTransformerSettings hybrid_settings(const Settings& s) {
  models::SpaceTimeTransformerSettings out;
  out.num_outputs = kNumAheadOutputs;
  out.model_size = s.hybrid.width;
  out.num_heads = s.hybrid.heads;
  out.num_encoder_layers = s.hybrid.layers;
  out.feed_forward_units = 4 * s.hybrid.width;
  out.lstm_units = s.hybrid.decoder_units;
  out.final_units = s.hybrid.width;
  out.dropout = s.hybrid.dropout;
  return out;
}

/// A network that forecasts windows Ahead.
struct AheadNetwork {
  std::shared_ptr<torch::nn::Module> module;
  /// Inputs to normalised outputs, [B, 24] of [B, encoder_steps, 27]; with a dimension of pixels
  /// after the first where `is_regional`. The seed is for dropout.
  std::function<torch::Tensor(const torch::Tensor&, std::uint64_t)> forward;
  bool is_regional = false;
};

AheadNetwork make_lstm(const Settings& s, std::uint64_t seed) {
  const auto network = std::make_shared<models::Lstm>(lstm_settings(s), seed);
  return {network, [network](const torch::Tensor& input, std::uint64_t step_seed) {
            return network->forward(input, step_seed);
          }};
}

AheadNetwork make_hybrid(const Settings& s, std::uint64_t seed) {
  const auto network = std::make_shared<models::SpaceTimeTransformer>(hybrid_settings(s), seed);
  return {network,
          [network](const torch::Tensor& input, std::uint64_t step_seed) {
            return network->forward(input, step_seed);
          },
          true};
}

/// Which pixels and times train and validate.
struct AheadSelections {
  WindowSelection training;
  std::optional<WindowSelection> validation;
  WindowSelection all;
};

AheadSelections ahead_selections(const Settings& s, const Dataset& d) {
  const Protocol& p = d.protocol;
  std::vector<int> training;
  std::vector<int> validation;
  std::vector<int> all;
  for (std::size_t i = 0; i < d.split.locs.size(); ++i) {
    (d.split.is_validation[i] != 0 ? validation : training).push_back(static_cast<int>(i));
    all.push_back(static_cast<int>(i));
  }
  AheadSelections out;
  // The first fortnight ahead lies in the period; longer windows that do not are left out of the
  // loss as NaN.
  out.training = {training, sequences_within(p.fit, p.axis, 1, 1), s.features.window_stride};
  if (p.splits_pixels && d.split.num_validation() > 0) {
    out.validation = {validation, out.training.sequences, s.features.window_stride};
  } else if (p.kind == ProtocolKind::kHonest) {
    out.validation = {training, sequences_within(p.scored.front(), p.axis, 1, 1),
                      s.features.window_stride};
  }
  out.all = {all, {0, p.axis.num_sequences()}};
  return out;
}

/// Wanted outputs of which a fit may know only what happened before `end` (a fortnight): windows
/// that reach beyond become NaN.
void hide_after(FeatureTensor& targets, int end) {
  const std::vector<PredictionParameter>& parameters = ahead_parameters();
  for (int p = 0; p < targets.num_pixels; ++p) {
    for (int t = 0; t < targets.num_times; ++t) {
      for (std::size_t k = 0; k < parameters.size(); ++k) {
        if (t + kDroppedFortnights + parameters[k].step >= end) {
          targets.at(p, t)[k] = std::numeric_limits<float>::quiet_NaN();
        }
      }
    }
  }
}

/// The network on all pixels of a range of sequences, one time at a time; [pixels, sequences] in
/// magnitudes. None when the run was asked to stop.
std::vector<Forecast> ahead_forecasts(const AheadNetwork& network, const Dataset& d,
                                      const train::BatchSource& times, bench::RunContext& context) {
  const torch::NoGradGuard no_grad;
  network.module->eval();
  const torch::Device device = network.module->parameters().at(0).device();
  const int pixels = static_cast<int>(d.split.locs.size());
  const auto count = static_cast<std::uint32_t>(times.num_samples());
  std::vector<Forecast> out(kNumAheadPredictions, Forecast(pixels, static_cast<int>(count)));
  context.progress.start("forecast", count);
  for (std::uint32_t sequence = 0; sequence < count; ++sequence) {
    if (context.stop_requested()) return {};
    const std::uint32_t samples[] = {sequence};
    torch::Tensor input = times.batch(samples).input.to(device);
    if (!network.is_regional) input = input.squeeze(0);
    const torch::Tensor output =
        network.forward(input, 0).reshape({pixels, kNumAheadOutputs}).to(torch::kCPU).contiguous();
    const float* values = output.data_ptr<float>();
    for (int row = 0; row < pixels; ++row) {
      for (std::size_t k = 0; k < out.size(); ++k) {
        const auto quantity = static_cast<std::size_t>(ahead_parameters()[k].quantity);
        out[k].at(row, static_cast<int>(sequence)) =
            static_cast<float>(d.scales[quantity].denormalised(
                values[static_cast<std::size_t>(row) * kNumAheadOutputs + k]));
      }
    }
    context.progress.update(sequence + 1);
  }
  context.progress.finish();
  return out;
}

/// Everything both models share: data, fit, forecasts.
template <class Source>
std::optional<ModelForecasts> forecast_ahead(bench::RunContext& context, const Settings& s,
                                             const Dataset& d, const AheadNetwork& network,
                                             const FitDefaults& defaults) {
  const torch::Device device = train::set_up_device(s.run.device, context.num_threads);
  network.module->to(device);
  context.phases.start("Sampling location");
  const FeatureSource source = d.feature_source(context.num_threads);
  const FeatureTensor features = sequence_features(source, FeatureForm::kNoRow);
  const FeatureTensor known = ahead_targets(source);
  FeatureTensor allowed = known;
  hide_after(allowed, d.protocol.fit.end);
  const AheadSelections chosen = ahead_selections(s, d);
  const Source training(features, allowed, d.protocol.axis, chosen.training);
  std::unique_ptr<Source> validation;
  if (chosen.validation) {
    const FeatureTensor& wanted = d.protocol.splits_pixels ? allowed : known;
    validation = std::make_unique<Source>(features, wanted, d.protocol.axis, *chosen.validation);
  }
  // One time at a time, all pixels: both kinds of source can give that.
  const RegionSequences everything(features, known, d.protocol.axis, chosen.all);
  train::SampleFiles files(sample_file_settings(s.training, context.folder));
  const train::BatchSource& fit_samples = files.add("training", training);
  const train::BatchSource* watched_samples =
      validation ? &files.add("validation", *validation) : nullptr;
  const train::BatchSource& test_samples = files.add("test", everything);
  const bool written =
      files.write(context.say, [&] { return context.stop_requested().has_value(); });
  if (!written) context.phases.interrupt();
  context.phases.stop("Sampling location");
  if (!written) return std::nullopt;

  const torch::Tensor weights = output_weights(device);
  const train::Network fitted{*network.module, [&](const train::Batch& batch, std::uint64_t seed) {
                                return train::weighted_squared_loss(
                                    network.forward(batch.input, seed), batch.target, weights);
                              }};
  const train::FitResult fit = bench::recorded_fit(context, fitted, fit_samples, watched_samples,
                                                   fit_settings(s.training, defaults));
  if (fit.status == train::FitStatus::kStopped) return std::nullopt;
  train::write_checkpoint(model_file(context.folder), {train::named_weights(*network.module),
                                                       training_facts_json(training_facts(s, d))});

  const record::Phase bestfit(context.phases, "Bestfit");
  ModelForecasts out;
  out.parameters = ahead_parameters();
  out.forecasts = ahead_forecasts(network, d, test_samples, context);
  if (out.forecasts.empty()) {
    context.phases.interrupt();
    return std::nullopt;
  }
  out.facts = fit_facts(fit, *network.module);
  out.facts["materialised"] = files.facts();
  if (fit.status == train::FitStatus::kDiverged) out.invalid_because.push_back(fit.message);
  return out;
}

LoadedModel load_ahead(const std::filesystem::path& path, const Settings& s,
                       const ForecastData& data, AheadNetwork network, int num_threads) {
  train::load_weights(*network.module, train::read_checkpoint(path).tensors, path);
  network.module->to(train::set_up_device(s.run.device, num_threads));
  return {.name = s.model,
          .parameters = ahead_parameters(),
          .forecast = [&data, s, network = std::move(network),
                       num_threads](bench::RunContext& context) {
            const Dataset& d = data.dataset;
            const FeatureSource source = d.feature_source(num_threads);
            const FeatureTensor features = sequence_features(source, FeatureForm::kNoRow);
            const FeatureTensor targets = ahead_targets(source);
            WindowSelection last = ahead_selections(s, d).all;
            last.sequences.begin = data.sequence();
            const RegionSequences times(features, targets, d.protocol.axis, std::move(last));
            return ahead_forecasts(network, d, times, context);
          }};
}

std::uint64_t weight_seed(const Settings& s) { return derive_seed(s.run.seed, "weights"); }

}  // namespace

std::optional<ModelForecasts> forecast_with_lstm(bench::RunContext& context, const Settings& s,
                                                 const Dataset& d) {
  return forecast_ahead<PixelSequences>(context, s, d, make_lstm(s, weight_seed(s)), kLstmDefaults);
}

std::optional<ModelForecasts> forecast_with_hybrid(bench::RunContext& context, const Settings& s,
                                                   const Dataset& d) {
  return forecast_ahead<RegionSequences>(context, s, d, make_hybrid(s, weight_seed(s)),
                                         kHybridDefaults);
}

LoadedModel load_lstm(const std::filesystem::path& path, const Settings& s,
                      const ForecastData& data, int num_threads) {
  return load_ahead(path, s, data, make_lstm(s, 1), num_threads);
}

LoadedModel load_hybrid(const std::filesystem::path& path, const Settings& s,
                        const ForecastData& data, int num_threads) {
  return load_ahead(path, s, data, make_hybrid(s, 1), num_threads);
}

std::string lstm_summary(const Settings& s) {
  models::Lstm network(lstm_settings(s), 1);
  network.eval();
  const torch::Tensor input = torch::zeros({1, s.features.encoder_steps, 27});
  return models::summary_table(models::summarize(network, [&] { network.forward(input); }), 1);
}

std::string hybrid_summary(const Settings& s) {
  models::SpaceTimeTransformer network(hybrid_settings(s), 1);
  network.eval();
  constexpr std::int64_t kPixels = 400;
  const torch::Tensor input = torch::zeros({1, kPixels, s.features.encoder_steps, 27});
  return models::summary_table(models::summarize(network, [&] { network.forward(input); }),
                               kPixels);
}

}  // namespace sciwright::earthquake
