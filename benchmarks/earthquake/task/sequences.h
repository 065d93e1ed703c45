#pragma once

#include <vector>

#include "earthquake/data/protocol.h"
#include "earthquake/data/sequence_features.h"
#include "earthquake/task/decoder_windows.h"
#include "train/batch.h"

namespace sciwright::earthquake {

/// The LSTM's samples: one pixel's last `encoder_steps` fortnights, and the 24 outputs it shall
/// give. Views of the feature tensor. The references must outlive it.
class PixelSequences final : public train::BatchSource {
 public:
  PixelSequences(const FeatureTensor& features, const FeatureTensor& targets,
                 const SequenceAxis& axis, WindowSelection selection);

  std::int64_t num_samples() const override { return selection_.num(); }
  /// input [B, encoder_steps, 27], target [B, 24].
  train::Batch batch(std::span<const std::uint32_t> samples) const override;

 private:
  const FeatureTensor& features_;
  const FeatureTensor& targets_;
  SequenceAxis axis_;
  WindowSelection selection_;
};

/// The hybrid transformer's samples: all selected pixels at one time. The references must outlive
/// it.
class RegionSequences final : public train::BatchSource {
 public:
  RegionSequences(const FeatureTensor& features, const FeatureTensor& targets,
                  const SequenceAxis& axis, WindowSelection selection);

  std::int64_t num_samples() const override { return selection_.num_per_row(); }
  /// input [B, pixels, encoder_steps, 27], target [B, pixels, 24].
  train::Batch batch(std::span<const std::uint32_t> samples) const override;

 private:
  const FeatureTensor& features_;
  const FeatureTensor& targets_;
  SequenceAxis axis_;
  WindowSelection selection_;
};

}  // namespace sciwright::earthquake
