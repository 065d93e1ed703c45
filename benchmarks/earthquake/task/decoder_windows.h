#pragma once

#include <span>
#include <string>
#include <vector>

#include "earthquake/data/dataset.h"
#include "train/batch.h"

namespace sciwright::earthquake {

/// Sequences of some pixels: all of `rows` × [sequences.begin, sequences.end) by `stride`, pixel by
/// pixel.
struct WindowSelection {
  std::vector<int> rows;  ///< Positions among the run's pixels.
  SequenceRange sequences;
  int stride = 1;

  int num_per_row() const { return (sequences.count() + stride - 1) / stride; }
  std::int64_t num() const { return static_cast<std::int64_t>(rows.size()) * num_per_row(); }
};

/// What a forecast is added to.
enum class ResidualKind { kNone, kOverlapFloor, kOverlapMean };

/// "none", "overlap_floor", "overlap_mean".
ResidualKind parse_residual(const std::string& name);

/// What the TFT is asked in a protocol: 26 steps × 4 targets, normalised. In the honest protocol a
/// target is only the part of its window that the inputs do not hold, so that nothing overlaps.
class DecoderTargets final {
 public:
  /// Of a data set's pixels. The protocol must outlive it.
  DecoderTargets(const Dataset& dataset, int num_threads);

  /// The 104 normalised targets of a pixel after a last input, NaN beyond the data.
  void targets(int row, int last_input, std::span<float> out) const;

  /// The 104 forecasts a network corrects, each as two numbers: the normalised magnitude of the
  /// target's known fortnights and, for each unknown one, an empty fortnight (kOverlapFloor) or the
  /// pixel's mean (kOverlapMean); and the share of its energy that is unknown.
  void baseline(ResidualKind kind, int row, int last_input, std::span<float> out) const;

  /// The forecasts of a network whose output corrects a baseline. With K the known and U the
  /// unknown energy of a target, the output is a change of the magnitude of U alone: the forecast
  /// is the magnitude of K + U·10^(1.5·output). So what is known of a target stays as it is.
  /// output [B, 26, 4] or [B, 26, 4, quantiles] and baseline [B, 26, 4, 2] -> shape of output.
  torch::Tensor corrected(const torch::Tensor& output, const torch::Tensor& baseline) const;

  /// What the 104 squared errors of a pixel count under "nse": 1 / (V + 0.1 · mean V over the
  /// pixels), V the variance of the target's window in the fit period; times the mean V of the
  /// target, so that they stay around 1.
  void weights(int row, std::span<float> out) const;

  /// Normalised value of prediction `index` in magnitudes.
  float magnitude(int index, float normalised) const;

  static constexpr int kCount = kDecoderSteps * kTargetsPerStep;

 private:
  float normalised(int index, double energy) const;
  float energy(int row, int fortnight, int window) const;

  const Protocol& protocol_;
  int num_fortnights_;
  std::vector<QuantityStatistics> scale_of_;  ///< One per target.
  torch::Tensor magnitude_scale_;             ///< [4] norm / (1.5 ln 10) of the four targets.
  std::vector<float> energy_;     ///< [pixels, fortnights, 26]: Σ of the last 1 … 26 fortnights.
  std::vector<double> variance_;  ///< [pixels, 26] of a window's magnitudes, fit period.
  std::vector<double> mean_variance_;  ///< [26] over the pixels.
  std::vector<double> mean_energy_;  ///< Per pixel, 10^(1.5 · mean of m_2wk over the fit period).
};

/// The TFT's samples: 52 steps of inputs, the 104 targets, and the baseline it corrects. Views:
/// windows are cut out of the one feature tensor as they are needed. The references must outlive
/// it.
class DecoderWindows final : public train::BatchSource {
 public:
  DecoderWindows(const FeatureTensor& features, const DecoderTargets& targets,
                 const Protocol& protocol, ResidualKind residual, WindowSelection selection);

  std::int64_t num_samples() const override { return selection_.num(); }
  /// input [B, encoder + 26, columns], target [B, 26, 4], baseline [B, 26, 4, 2], weight [B, 26,
  /// 4].
  train::Batch batch(std::span<const std::uint32_t> samples) const override;

  const WindowSelection& selection() const { return selection_; }

 private:
  const FeatureTensor& features_;
  const DecoderTargets& targets_;
  const Protocol& protocol_;
  ResidualKind residual_;
  WindowSelection selection_;
};

}  // namespace sciwright::earthquake
