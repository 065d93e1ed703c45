#include "earthquake/task/tft_forecasts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <torch/types.h>

#include "earthquake/data/feature_layout.h"

namespace sciwright::earthquake {
namespace {

models::TftLayout to_layout(const FeatureLayout& layout) {
  const auto wide = [](const std::vector<int>& columns) {
    return std::vector<std::int64_t>(columns.begin(), columns.end());
  };
  return {.static_columns = wide(layout.statics),
          .target_columns = wide(layout.targets),
          .unknown_columns = wide(layout.unknown),
          .known_columns = wide(layout.known)};
}

/// The output of the quantile nearest the median, or the point forecast: [B, 26, 4].
torch::Tensor central(const torch::Tensor& output, const std::vector<double>& quantiles) {
  if (quantiles.size() < 2) return output;
  const auto nearest = std::min_element(quantiles.begin(), quantiles.end(), [](double a, double b) {
    return std::abs(a - 0.5) < std::abs(b - 0.5);
  });
  return output.select(-1, nearest - quantiles.begin());
}

/// Writes the 104 outputs of `count` windows from `begin` on.
void store(const float* output, std::uint32_t begin, std::uint32_t count,
           const DecoderTargets& targets, std::vector<Forecast>& out) {
  const auto sequences = static_cast<std::uint32_t>(out.front().num_times);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto row = static_cast<int>((begin + i) / sequences);
    const auto sequence = static_cast<int>((begin + i) % sequences);
    for (int k = 0; k < DecoderTargets::kCount; ++k) {
      out[static_cast<std::size_t>(k)].at(row, sequence) = targets.magnitude(k, *output++);
    }
  }
}

}  // namespace

models::TftSettings tft_settings(const Settings& s) {
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

torch::Tensor forecast_of(const models::Tft& network, const DecoderTargets& targets,
                          const train::Batch& batch, std::uint64_t dropout_seed) {
  const torch::Tensor output = network.forward(batch.input, dropout_seed);
  return batch.baseline.defined() ? targets.corrected(output, batch.baseline) : output;
}

WindowSelection every_pixel(const Dataset& d, SequenceRange sequences) {
  std::vector<int> rows(d.split.locs.size());
  std::iota(rows.begin(), rows.end(), 0);
  return {std::move(rows), sequences};
}

std::vector<Forecast> tft_forecasts(const TftForecaster& forecaster,
                                    const train::BatchSource& windows, int num_pixels,
                                    bench::RunContext& context) {
  const torch::NoGradGuard no_grad;
  constexpr std::uint32_t kBatch = 512;
  const auto total = static_cast<std::uint32_t>(windows.num_samples());
  std::vector<Forecast> out(DecoderTargets::kCount,
                            Forecast(num_pixels, static_cast<int>(total) / num_pixels));
  const torch::Device device = forecaster.network.parameters().at(0).device();
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
        central(forecast_of(forecaster.network, forecaster.targets, batch, 0), forecaster.quantiles)
            .to(torch::kCPU)
            .contiguous();
    store(output.data_ptr<float>(), begin, static_cast<std::uint32_t>(samples.size()),
          forecaster.targets, out);
    context.progress.update(begin + static_cast<std::uint32_t>(samples.size()));
  }
  context.progress.finish();
  return out;
}

std::vector<Forecast> scored_forecasts(const Protocol& protocol, const std::vector<Forecast>& all) {
  std::vector<Forecast> out;
  if (all.empty()) return out;
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

}  // namespace sciwright::earthquake
