#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <torch/types.h>

#include "base/random.h"
#include "earthquake/data/feature_layout.h"
#include "earthquake/task/decoder_windows.h"
#include "earthquake/task/fit_settings.h"
#include "earthquake/task/forecasts.h"
#include "models/summary.h"
#include "models/tft.h"
#include "recorded_fit/recorded_fit.h"
#include "train/device.h"
#include "train/loss.h"

namespace sciwright::earthquake {
namespace {

constexpr FitDefaults kDefaults = {
    .epochs = 1, .batch_size = 64, .learning_rate = 3e-3, .loss = "mse", .schedule = "cosine"};

models::TftLayout to_layout(const FeatureLayout& layout) {
  const auto wide = [](const std::vector<int>& columns) {
    return std::vector<std::int64_t>(columns.begin(), columns.end());
  };
  return {.static_columns = wide(layout.statics),
          .target_columns = wide(layout.targets),
          .unknown_columns = wide(layout.unknown),
          .known_columns = wide(layout.known)};
}

models::TftSettings network_settings(const Settings& s) {
  models::TftSettings out;
  out.layout = to_layout(feature_layout(parse_feature_form(s.features.inputs)));
  out.num_encoder_steps = s.features.encoder_steps;
  out.num_decoder_steps = kDecoderSteps;
  out.hidden = s.tft.hidden;
  out.num_heads = s.tft.heads;
  out.dropout = s.tft.dropout;
  out.num_quantiles = std::max<std::int64_t>(1, static_cast<std::int64_t>(s.tft.quantiles.size()));
  out.head = s.tft.form == "reference" ? models::TftHead::kChained : models::TftHead::kStandard;
  out.zero_output = parse_residual(s.tft.residual) != ResidualKind::kNone;
  return out;
}

/// The output of the quantile nearest the median, or the point forecast: [B, 26, 4].
torch::Tensor central(const torch::Tensor& output, const std::vector<double>& quantiles) {
  if (quantiles.size() < 2) return output;
  const auto nearest = std::min_element(quantiles.begin(), quantiles.end(), [](double a, double b) {
    return std::abs(a - 0.5) < std::abs(b - 0.5);
  });
  return output.select(-1, nearest - quantiles.begin());
}

/// The network's forecasts of a batch on its device, the baseline corrected where there is one:
/// normalised, [B, 26, 4] or [B, 26, 4, quantiles].
torch::Tensor forecast_of(const models::Tft& network, const DecoderTargets& targets,
                          const train::Batch& batch, std::uint64_t dropout_seed) {
  const torch::Tensor output = network.forward(batch.input, dropout_seed);
  return batch.baseline.defined() ? targets.corrected(output, batch.baseline) : output;
}

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
  if (p.splits_pixels) {
    out.validation = {rows_where(d.split, true), out.training.sequences, stride};
  } else if (p.kind == ProtocolKind::kHonest) {
    out.validation = {rows_where(d.split, false),
                      sequences_within(p.scored.front(), p.axis, 1, kDecoderSteps), stride};
  }
  return out;
}

/// The network on every sequence of every pixel: 104 forecasts, none when the run should stop.
class Forecaster final {
 public:
  Forecaster(const models::Tft& network, const Settings& s, const Dataset& d)
      : network_(network), settings_(s), dataset_(d) {}

  std::vector<Forecast> all(const train::BatchSource& windows, const DecoderTargets& targets,
                            bench::RunContext& context) const {
    torch::NoGradGuard no_grad;
    const int sequences = dataset_.protocol.axis.num_sequences();
    std::vector<Forecast> out(DecoderTargets::kCount,
                              Forecast(static_cast<int>(dataset_.split.locs.size()), sequences));
    constexpr std::uint32_t kBatch = 512;
    const auto total = static_cast<std::uint32_t>(windows.num_samples());
    const torch::Device device = network_.parameters().at(0).device();
    std::vector<std::uint32_t> samples;
    context.progress.start("forecast", total);
    for (std::uint32_t begin = 0; begin < total; begin += kBatch) {
      if (context.stop_requested()) return {};
      samples.resize(std::min(kBatch, total - begin));
      std::iota(samples.begin(), samples.end(), begin);
      train::Batch batch = windows.batch(samples);
      batch.input = batch.input.to(device);
      if (batch.baseline.defined()) batch.baseline = batch.baseline.to(device);
      const torch::Tensor output =
          central(forecast_of(network_, targets, batch, 0), settings_.tft.quantiles)
              .to(torch::kCPU)
              .contiguous();
      store(output.data_ptr<float>(), begin, static_cast<std::uint32_t>(samples.size()), targets,
            out);
      context.progress.update(begin + static_cast<std::uint32_t>(samples.size()));
    }
    context.progress.finish();
    return out;
  }

 private:
  void store(const float* output, std::uint32_t begin, std::uint32_t count,
             const DecoderTargets& targets, std::vector<Forecast>& out) const {
    const auto sequences = static_cast<std::uint32_t>(dataset_.protocol.axis.num_sequences());
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto row = static_cast<int>((begin + i) / sequences);
      const auto sequence = static_cast<int>((begin + i) % sequences);
      for (int k = 0; k < DecoderTargets::kCount; ++k) {
        out[static_cast<std::size_t>(k)].at(row, sequence) = targets.magnitude(k, *output++);
      }
    }
  }

  const models::Tft& network_;
  const Settings& settings_;
  const Dataset& dataset_;
};

/// The forecasts of the protocol's parameters among the 104. A parameter without overlap is the
/// target whose unknown part it is.
std::vector<Forecast> scored_forecasts(const Protocol& protocol, const std::vector<Forecast>& all) {
  std::vector<Forecast> out;
  const std::vector<PredictionParameter>& decoder = decoder_parameters();
  for (const PredictionParameter& wanted : protocol.parameters) {
    for (std::size_t i = 0; i < decoder.size(); ++i) {
      const int window =
          protocol.kind == ProtocolKind::kHonest ? decoder[i].unknown() : decoder[i].window;
      if (decoder[i].step == wanted.step && window == wanted.window) {
        out.push_back(all[i]);
        break;
      }
    }
  }
  return out;
}

}  // namespace

std::optional<ModelForecasts> forecast_with_tft(bench::RunContext& context, const Settings& s,
                                                const Dataset& d) {
  const torch::Device device = train::set_up_device(s.run.device, context.num_threads);
  const FeatureForm form = parse_feature_form(s.features.inputs);
  const ResidualKind residual = parse_residual(s.tft.residual);
  context.phases.start("Sampling location");
  const FeatureTensor features = sequence_features(
      {d.fortnights, d.faults, d.split.locs, d.scales, context.num_threads}, form);
  const DecoderTargets targets(d.history, d.protocol, d.scales, context.num_threads);
  const Selections chosen = selections(s, d);
  const DecoderWindows training(features, targets, d.protocol, residual, chosen.training);
  std::unique_ptr<DecoderWindows> validation;
  if (chosen.validation) {
    validation = std::make_unique<DecoderWindows>(features, targets, d.protocol, residual,
                                                  *chosen.validation);
  }
  std::vector<int> all_rows(d.split.locs.size());
  std::iota(all_rows.begin(), all_rows.end(), 0);
  const DecoderWindows everything(features, targets, d.protocol, residual,
                                  {all_rows, {0, d.protocol.axis.num_sequences()}});
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

  models::Tft network(network_settings(s), derive_seed(s.run.seed, "weights"));
  network.to(device);
  const std::string loss = s.training.loss.empty() ? kDefaults.loss : s.training.loss;
  const train::Network fitted{
      network, [&](const train::Batch& batch, std::uint64_t seed) {
        const torch::Tensor output = forecast_of(network, targets, batch, seed);
        return s.tft.quantiles.size() > 1
                   ? train::quantile_loss(output, batch.target, s.tft.quantiles)
                   : train::named_loss(loss, output, batch.target);
      }};
  const train::FitResult fit = bench::recorded_fit(context, fitted, fit_samples, watched_samples,
                                                   fit_settings(s.training, kDefaults));
  if (fit.status == train::FitStatus::kStopped) return std::nullopt;
  train::write_checkpoint(context.folder / "model" / "model.npz",
                          {train::named_weights(network), {{"model", "tft"}}});

  const record::Phase bestfit(context.phases, "Bestfit");
  network.eval();
  ModelForecasts out;
  out.parameters = d.protocol.parameters;
  out.decoder = Forecaster(network, s, d).all(test_samples, targets, context);
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

std::string tft_summary(const Settings& s) {
  models::TftSettings settings = network_settings(s);
  models::Tft network(settings, 1);
  network.eval();
  const std::int64_t columns = feature_layout(parse_feature_form(s.features.inputs)).num_features();
  const torch::Tensor input =
      torch::zeros({1, settings.num_encoder_steps + settings.num_decoder_steps, columns});
  return models::summary_table(models::summarize(network, [&] { network.forward(input); }), 1);
}

}  // namespace sciwright::earthquake
