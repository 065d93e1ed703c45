#include <algorithm>
#include <memory>

#include <torch/types.h>

#include "base/random.h"
#include "earthquake/data/feature_layout.h"
#include "earthquake/task/fit_settings.h"
#include "earthquake/task/forecasts.h"
#include "earthquake/task/loaded_model.h"
#include "earthquake/task/tft_forecasts.h"
#include "models/summary.h"
#include "recorded_fit/recorded_fit.h"
#include "train/device.h"
#include "train/loss.h"

namespace sciwright::earthquake {
namespace {

constexpr FitDefaults kDefaults = {
    .epochs = 1, .batch_size = 64, .learning_rate = 3e-3, .loss = "mse", .schedule = "cosine"};

std::vector<int> rows_where(const PixelSplit& split, bool is_validation) {
  std::vector<int> rows;
  for (std::size_t i = 0; i < split.locs.size(); ++i) {
    if ((split.is_validation[i] != 0) == is_validation) rows.push_back(static_cast<int>(i));
  }
  return rows;
}

/// The samples a TFT trains on and is watched by. In `compat` other pixels validate; else the
/// protocol's validation period, where it has one.
struct Selections {
  WindowSelection training;
  std::optional<WindowSelection> validation;
};

Selections selections(const Settings& s, const Dataset& d) {
  const Protocol& p = d.protocol;
  Selections out;
  out.training = {rows_where(d.split, false), sequences_within(p.fit, p.axis, 1, kDecoderSteps),
                  s.features.window_stride};
  // Validation need not see every window to rank epochs.
  const int stride = std::max(4, s.features.window_stride);
  if (p.splits_pixels && d.split.num_validation() > 0) {
    out.validation = {rows_where(d.split, true), out.training.sequences, stride};
  } else if (p.kind == ProtocolKind::kHonest) {
    out.validation = {rows_where(d.split, false),
                      sequences_within(p.scored.front(), p.axis, 1, kDecoderSteps), stride};
  }
  return out;
}

torch::Tensor tft_loss(const Settings& s, const torch::Tensor& output, const train::Batch& batch) {
  if (s.tft.quantiles.size() > 1) {
    return train::quantile_loss(output, batch.target, s.tft.quantiles);
  }
  const std::string loss = s.training.loss.empty() ? kDefaults.loss : s.training.loss;
  return loss == "nse" ? train::nse_loss(output, batch.target, batch.weight)
                       : train::named_loss(loss, output, batch.target);
}

}  // namespace

std::optional<ModelForecasts> forecast_with_tft(bench::RunContext& context, const Settings& s,
                                                const Dataset& d) {
  const torch::Device device = train::set_up_device(s.run.device, context.num_threads);
  const FeatureForm form = parse_feature_form(s.features.inputs);
  const ResidualKind residual = parse_residual(s.tft.residual);
  context.phases.start("Sampling location");
  const FeatureTensor features = sequence_features(d.feature_source(context.num_threads), form);
  const DecoderTargets targets(d, context.num_threads);
  const Selections chosen = selections(s, d);
  const DecoderWindows training(features, targets, d.protocol, residual, chosen.training);
  std::unique_ptr<DecoderWindows> validation;
  if (chosen.validation) {
    validation = std::make_unique<DecoderWindows>(features, targets, d.protocol, residual,
                                                  *chosen.validation);
  }
  const DecoderWindows everything(features, targets, d.protocol, residual,
                                  every_pixel(d, {0, d.protocol.axis.num_sequences()}));
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

  models::Tft network(tft_settings(s), derive_seed(s.run.seed, "weights"));
  network.to(device);
  const train::Network fitted{
      .module = network,
      .loss =
          [&](const train::Batch& batch, std::uint64_t seed) {
            return tft_loss(s, forecast_of(network, targets, batch, seed), batch);
          },
      .loss_weight = [](const train::Batch& batch) { return train::num_observed(batch.target); }};
  const train::FitResult fit = bench::recorded_fit(context, fitted, fit_samples, watched_samples,
                                                   fit_settings(s.training, kDefaults));
  if (fit.status == train::FitStatus::kStopped) return std::nullopt;
  train::write_checkpoint(model_file(context.folder), {train::named_weights(network),
                                                       training_facts_json(training_facts(s, d))});

  const record::Phase bestfit(context.phases, "Bestfit");
  network.eval();
  ModelForecasts out;
  out.parameters = d.protocol.parameters;
  out.decoder = tft_forecasts({network, targets, s.tft.quantiles}, test_samples,
                              static_cast<int>(d.split.locs.size()), context);
  if (out.decoder.empty()) {
    context.phases.interrupt();
    return std::nullopt;
  }
  out.forecasts = scored_forecasts(d.protocol, out.decoder);
  out.facts = fit_facts(fit, network);
  out.facts["materialised"] = files.facts();
  if (fit.status == train::FitStatus::kDiverged) out.invalid_because.push_back(fit.message);
  return out;
}

LoadedModel load_tft(const std::filesystem::path& path, const Settings& s, const ForecastData& data,
                     int num_threads) {
  const torch::Device device = train::set_up_device(s.run.device, num_threads);
  const auto network = std::make_shared<models::Tft>(tft_settings(s), 1);
  train::load_weights(*network, train::read_checkpoint(path).tensors, path);
  network->to(device);
  network->eval();
  return {
      .name = "tft",
      .parameters = data.dataset.protocol.parameters,
      .forecast = [&data, s, network, num_threads](bench::RunContext& context) {
        const Dataset& d = data.dataset;
        const FeatureTensor features =
            sequence_features(d.feature_source(num_threads), parse_feature_form(s.features.inputs));
        const DecoderTargets targets(d, num_threads);
        const int last = data.sequence();
        const DecoderWindows windows(features, targets, d.protocol, parse_residual(s.tft.residual),
                                     every_pixel(d, {last, last + 1}));
        return scored_forecasts(d.protocol,
                                tft_forecasts({*network, targets, s.tft.quantiles}, windows,
                                              static_cast<int>(d.split.locs.size()), context));
      }};
}

std::string tft_summary(const Settings& s) {
  models::TftSettings settings = tft_settings(s);
  models::Tft network(settings, 1);
  network.eval();
  const std::int64_t columns = feature_layout(parse_feature_form(s.features.inputs)).num_features();
  const torch::Tensor input =
      torch::zeros({1, settings.num_encoder_steps + settings.num_decoder_steps, columns});
  return models::summary_table(models::summarize(network, [&] { network.forward(input); }), 1);
}

}  // namespace sciwright::earthquake
