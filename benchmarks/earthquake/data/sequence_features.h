#pragma once

#include <span>
#include <vector>

#include "earthquake/data/feature_layout.h"
#include "earthquake/data/prediction_parameter.h"
#include "earthquake/data/quantities.h"

namespace sciwright::earthquake {

/// A tensor of float32, [pixels, times, columns], last index fastest. Time i is fortnight 25 + i.
struct FeatureTensor {
  int num_pixels = 0;
  int num_times = 0;
  int num_columns = 0;
  std::vector<float> values = {};

  std::span<float> at(int pixel, int time) {
    return {values.data() + offset(pixel, time), width()};
  }
  std::span<const float> at(int pixel, int time) const {
    return {values.data() + offset(pixel, time), width()};
  }

 private:
  std::size_t width() const { return static_cast<std::size_t>(num_columns); }
  std::size_t offset(int pixel, int time) const {
    return (static_cast<std::size_t>(pixel) * static_cast<std::size_t>(num_times) +
            static_cast<std::size_t>(time)) *
           width();
  }
};

/// What features are made of. The references must outlive the call.
struct FeatureSource {
  const Fortnights& fortnights;
  const FaultLabels& faults;
  const std::vector<int>& locs;                   ///< Pixels, ascending.
  const std::vector<QuantityStatistics>& scales;  ///< From quantity_statistics().
  /// Points of the axis that the functions of time (and the row number) are laid over: those of the
  /// data a network was trained on, whatever data it is applied to. Beyond its end LinearTime and
  /// the polynomials go on, cos and sin repeat.
  int num_time_points;
  int num_threads = 1;
};

/// The axis of data of `num_fortnights`: their times and a year more (the reference: 1827 points).
inline int num_time_points(int num_fortnights) {
  return num_fortnights - kDroppedFortnights + kDecoderSteps;
}

/// All inputs of the networks, [pixels, num − 25 + 26, 27 or 28]: the data's times and a year more,
/// in which the static and known features go on and the others are NaN. Sequence s of an encoder of
/// E steps reads times s … s + E − 1; its target "step h" is the target's column at time
/// s + E − 1 + h, NaN when that lies beyond the data.
FeatureTensor sequence_features(const FeatureSource& source, FeatureForm form);

/// Outputs of the LSTM and the hybrid transformer: the ten ahead_parameters(), then the 14 known
/// features of the next fortnight.
inline constexpr int kNumAheadPredictions = 10;
inline constexpr int kNumAheadOutputs = kNumAheadPredictions + kNumKnownFeatures;

/// The normalised outputs the LSTM and the hybrid transformer shall give, [pixels, num − 25, 24],
/// at the time of the last input. Windows that reach beyond the data are NaN.
FeatureTensor ahead_targets(const FeatureSource& source);

}  // namespace sciwright::earthquake
