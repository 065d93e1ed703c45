#include "earthquake/task/decoder_windows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <torch/types.h>

#include "base/error.h"
#include "base/parallel_for.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

constexpr int kWindows = 26;            ///< Sums of 1 … 26 fortnights.
constexpr double kVarianceFloor = 0.1;  ///< Of the mean variance, as nowcast's.

/// The window a target asks about: all of it, or only what is still to come.
int asked_window(const Protocol& protocol, const PredictionParameter& parameter) {
  return protocol.kind == ProtocolKind::kHonest ? parameter.unknown() : parameter.window;
}

/// The variance of the magnitudes of windows that end in a period.
double magnitude_variance(std::span<const double> energies, const Period& period) {
  double sum = 0;
  double squares = 0;
  int count = 0;
  for (int t = period.begin; t < period.end; ++t) {
    const double m = std::log10(energies[static_cast<std::size_t>(t)]) / 1.5;
    if (std::isnan(m)) continue;
    sum += m;
    squares += m * m;
    ++count;
  }
  return count > 0 ? squares / count - (sum / count) * (sum / count) : 0;
}

}  // namespace

ResidualKind parse_residual(const std::string& name) {
  if (name == "none") return ResidualKind::kNone;
  if (name == "overlap_floor") return ResidualKind::kOverlapFloor;
  if (name == "overlap_mean") return ResidualKind::kOverlapMean;
  throw usage_error("tft.residual: '" + name +
                    "' is not known (none, overlap_floor, overlap_mean)");
}

DecoderTargets::DecoderTargets(const Dataset& d, int num_threads)
    : protocol_(d.protocol), num_fortnights_(d.history.num_fortnights()) {
  for (const PredictionParameter& parameter : decoder_parameters()) {
    scale_of_.push_back(d.scales[static_cast<std::size_t>(parameter.quantity)]);
  }
  magnitude_scale_ = torch::empty({kTargetsPerStep});
  for (int i = 0; i < kTargetsPerStep; ++i) {
    magnitude_scale_.data_ptr<float>()[i] = static_cast<float>(
        scale_of_[static_cast<std::size_t>(i)].norm() / (1.5 * std::numbers::ln10));
  }
  const auto pixels = static_cast<std::size_t>(d.history.num_pixels());
  const auto times = static_cast<std::size_t>(num_fortnights_);
  energy_.resize(pixels * times * kWindows);
  mean_energy_.resize(pixels);
  variance_.resize(pixels * kWindows);
  parallel_for(pixels, num_threads, [&](std::size_t begin, std::size_t end) {
    std::vector<double> sums(times);
    for (std::size_t p = begin; p < end; ++p) {
      const int row = static_cast<int>(p);
      for (int w = 1; w <= kWindows; ++w) {
        window_energy(d.history.energy.row(row), w, sums);
        variance_[p * kWindows + static_cast<std::size_t>(w - 1)] =
            magnitude_variance(sums, protocol_.fit);
        for (std::size_t t = 0; t < times; ++t) {
          energy_[(p * times + t) * kWindows + static_cast<std::size_t>(w - 1)] =
              static_cast<float>(sums[t]);
        }
      }
      mean_energy_[p] = energy_of_magnitude(d.means.at(row, 0));
    }
  });
  mean_variance_.assign(kWindows, 0);
  for (std::size_t i = 0; i < variance_.size(); ++i) {
    mean_variance_[i % kWindows] += variance_[i] / static_cast<double>(pixels);
  }
}

void DecoderTargets::weights(int row, std::span<float> out) const {
  const std::vector<PredictionParameter>& parameters = decoder_parameters();
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto w = static_cast<std::size_t>(asked_window(protocol_, parameters[i]) - 1);
    const double variance = variance_[static_cast<std::size_t>(row) * kWindows + w];
    const double mean = mean_variance_[w];
    out[i] = static_cast<float>(mean > 0 ? mean / (variance + kVarianceFloor * mean) : 1);
  }
}

float DecoderTargets::energy(int row, int fortnight, int window) const {
  const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(num_fortnights_) +
                  static_cast<std::size_t>(fortnight);
  return energy_[at * kWindows + static_cast<std::size_t>(window - 1)];
}

float DecoderTargets::normalised(int index, double energy) const {
  return static_cast<float>(
      scale_of_[static_cast<std::size_t>(index)].normalised(std::log10(energy) / 1.5));
}

float DecoderTargets::magnitude(int index, float value) const {
  return static_cast<float>(scale_of_[static_cast<std::size_t>(index)].denormalised(value));
}

void DecoderTargets::targets(int row, int last_input, std::span<float> out) const {
  const std::vector<PredictionParameter>& parameters = decoder_parameters();
  for (int i = 0; i < kCount; ++i) {
    const PredictionParameter& parameter = parameters[static_cast<std::size_t>(i)];
    const int end = last_input + parameter.step;
    out[static_cast<std::size_t>(i)] =
        end < num_fortnights_
            ? normalised(i,
                         static_cast<double>(energy(row, end, asked_window(protocol_, parameter))))
            : std::numeric_limits<float>::quiet_NaN();
  }
}

void DecoderTargets::baseline(ResidualKind kind, int row, int last_input,
                              std::span<float> out) const {
  const std::vector<PredictionParameter>& parameters = decoder_parameters();
  const double per_fortnight = kind == ResidualKind::kOverlapFloor
                                   ? static_cast<double>(kDaysPerFortnight)
                                   : mean_energy_[static_cast<std::size_t>(row)];
  for (int i = 0; i < kCount; ++i) {
    const PredictionParameter& parameter = parameters[static_cast<std::size_t>(i)];
    const int window = asked_window(protocol_, parameter);
    const int known = window - parameter.unknown();
    const double known_energy =
        known > 0 ? static_cast<double>(energy(row, last_input, known)) : 0.0;
    const double unknown_energy = parameter.unknown() * per_fortnight;
    const auto at = 2 * static_cast<std::size_t>(i);
    out[at] = normalised(i, known_energy + unknown_energy);
    out[at + 1] = static_cast<float>(unknown_energy / (known_energy + unknown_energy));
  }
}

torch::Tensor DecoderTargets::corrected(const torch::Tensor& output,
                                        const torch::Tensor& baseline) const {
  // In normalised magnitudes, with s the unknown share and c = norm / (1.5 ln 10):
  // log10(1 - s + s·10^(1.5·output / norm)) / 1.5 · norm = c·log1p(s·expm1(output / c)).
  const torch::Tensor c = magnitude_scale_.to(output.device());
  const auto like_output = [&](const torch::Tensor& t) {
    return output.dim() == 4 ? t.unsqueeze(-1) : t;
  };
  // Beyond e^40 a sum of squares would leave the range of float32.
  const torch::Tensor growth = (output / like_output(c)).clamp(-40, 40).expm1();
  const torch::Tensor share = like_output(baseline.select(-1, 1));
  return like_output(baseline.select(-1, 0)) + like_output(c) * (share * growth).log1p();
}

DecoderWindows::DecoderWindows(const FeatureTensor& features, const DecoderTargets& targets,
                               const Protocol& protocol, ResidualKind residual,
                               WindowSelection selection)
    : features_(features),
      targets_(targets),
      protocol_(protocol),
      residual_(residual),
      selection_(std::move(selection)) {}

train::Batch DecoderWindows::batch(std::span<const std::uint32_t> samples) const {
  const auto count = static_cast<std::int64_t>(samples.size());
  const int steps = protocol_.axis.encoder_steps + kDecoderSteps;
  train::Batch batch{torch::empty({count, steps, features_.num_columns}),
                     torch::empty({count, kDecoderSteps, kTargetsPerStep}),
                     {},
                     torch::empty({count, kDecoderSteps, kTargetsPerStep})};
  if (residual_ != ResidualKind::kNone) {
    batch.baseline = torch::empty({count, kDecoderSteps, kTargetsPerStep, 2});
  }
  const auto window_values = static_cast<std::size_t>(steps * features_.num_columns);
  const int per_row = selection_.num_per_row();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const int row = selection_.rows[samples[i] / static_cast<std::uint32_t>(per_row)];
    const int sequence =
        selection_.sequences.begin +
        selection_.stride * static_cast<int>(samples[i] % static_cast<std::uint32_t>(per_row));
    const float* window = features_.at(row, sequence).data();
    std::copy_n(window, window_values, batch.input.data_ptr<float>() + i * window_values);
    const int last_input = protocol_.axis.last_input(sequence);
    targets_.targets(row, last_input,
                     {batch.target.data_ptr<float>() + i * DecoderTargets::kCount,
                      static_cast<std::size_t>(DecoderTargets::kCount)});
    targets_.weights(row, {batch.weight.data_ptr<float>() + i * DecoderTargets::kCount,
                           static_cast<std::size_t>(DecoderTargets::kCount)});
    if (residual_ != ResidualKind::kNone) {
      targets_.baseline(residual_, row, last_input,
                        {batch.baseline.data_ptr<float>() + i * 2 * DecoderTargets::kCount,
                         std::size_t{2} * DecoderTargets::kCount});
    }
  }
  return batch;
}

}  // namespace sciwright::earthquake
