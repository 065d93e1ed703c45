#include "earthquake/task/sequences.h"

#include <algorithm>
#include <limits>

#include <torch/types.h>

namespace sciwright::earthquake {
namespace {

/// Copies one pixel's window of inputs and, beyond its end, the outputs wanted.
void copy_sequence(const FeatureTensor& features, const FeatureTensor& targets, int row,
                   int sequence, int encoder_steps, float* input, float* target) {
  std::copy_n(features.at(row, sequence).data(), encoder_steps * features.num_columns, input);
  const int last = sequence + encoder_steps - 1;
  if (last < targets.num_times) {
    std::ranges::copy(targets.at(row, last), target);
  } else {
    std::fill_n(target, targets.num_columns, std::numeric_limits<float>::quiet_NaN());
  }
}

}  // namespace

PixelSequences::PixelSequences(const FeatureTensor& features, const FeatureTensor& targets,
                               const SequenceAxis& axis, WindowSelection selection)
    : features_(features), targets_(targets), axis_(axis), selection_(std::move(selection)) {}

train::Batch PixelSequences::batch(std::span<const std::uint32_t> samples) const {
  const auto count = static_cast<std::int64_t>(samples.size());
  train::Batch batch{torch::empty({count, axis_.encoder_steps, features_.num_columns}),
                     torch::empty({count, targets_.num_columns}),
                     {}};
  float* input = batch.input.data_ptr<float>();
  float* target = batch.target.data_ptr<float>();
  const auto per_row = static_cast<std::uint32_t>(selection_.num_per_row());
  for (const std::uint32_t sample : samples) {
    const int row = selection_.rows[sample / per_row];
    const int sequence =
        selection_.sequences.begin + selection_.stride * static_cast<int>(sample % per_row);
    copy_sequence(features_, targets_, row, sequence, axis_.encoder_steps, input, target);
    input += axis_.encoder_steps * features_.num_columns;
    target += targets_.num_columns;
  }
  return batch;
}

RegionSequences::RegionSequences(const FeatureTensor& features, const FeatureTensor& targets,
                                 const SequenceAxis& axis, WindowSelection selection)
    : features_(features), targets_(targets), axis_(axis), selection_(std::move(selection)) {}

train::Batch RegionSequences::batch(std::span<const std::uint32_t> samples) const {
  const auto count = static_cast<std::int64_t>(samples.size());
  const auto pixels = static_cast<std::int64_t>(selection_.rows.size());
  train::Batch batch{torch::empty({count, pixels, axis_.encoder_steps, features_.num_columns}),
                     torch::empty({count, pixels, targets_.num_columns}),
                     {}};
  float* input = batch.input.data_ptr<float>();
  float* target = batch.target.data_ptr<float>();
  for (const std::uint32_t sample : samples) {
    const int sequence = selection_.sequences.begin + selection_.stride * static_cast<int>(sample);
    for (const int row : selection_.rows) {
      copy_sequence(features_, targets_, row, sequence, axis_.encoder_steps, input, target);
      input += axis_.encoder_steps * features_.num_columns;
      target += targets_.num_columns;
    }
  }
  return batch;
}

}  // namespace sciwright::earthquake
