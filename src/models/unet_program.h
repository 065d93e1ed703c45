#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <torch/types.h>

#include "kernels/buffer_pool.h"
#include "kernels/map_convolution.h"

namespace sciwright::models {

/// What a U-Net's program is made for.
struct UnetProgramSize {
  std::int64_t num_channels = 0;
  std::int64_t width = 0;  ///< Channels of the first level.
  std::int64_t num_levels = 0;
  std::int64_t height_px = 0;
  std::int64_t width_px = 0;
  kernels::Number number = kernels::Number::kFloat32;

  bool operator==(const UnetProgramSize&) const = default;
};

/// Forward and backward pass of a U-Net (models/unet.h) over images of one size by fast kernels,
/// image by image: no layer converts its input, nothing is concatenated or doubled in memory, and
/// after the first step no memory is allocated. Needs kernels::has_fast_maps(). One thread at a
/// time.
class UnetProgram final {
 public:
  explicit UnetProgram(const UnetProgramSize& size);

  const UnetProgramSize& size() const { return size_; }

  /// What forward() leaves for backward().
  struct Trace {
    std::vector<torch::Tensor> maps;  ///< All maps of each image.
    std::int64_t generation = 0;      ///< Of the weights.
  };

  /// input [B, C, H, W] -> logits [B, 1, H, W], float32. `weights` are kernels and biases in the
  /// order of Unet::convolutions(). Without `trace` the maps are forgotten.
  torch::Tensor forward(const torch::Tensor& input, torch::TensorList weights, Trace* trace);

  /// Gradients of the weights, each of its shape, from those of the logits.
  std::vector<torch::Tensor> backward(const Trace& trace, const torch::Tensor& logit_gradient,
                                      torch::TensorList weights);

 private:
  /// Two convolutions; going up, the first is of two maps.
  struct Pair {
    std::optional<kernels::MapConvolution> below;  ///< Of the doubled map from below.
    kernels::MapConvolution first;
    kernels::MapConvolution second;
  };
  struct PairMaps {
    kernels::Map first;
    kernels::Map second;
  };
  /// All maps of an image, in the order in which they are made.
  struct Maps {
    kernels::Map input;
    std::vector<PairMaps> down;
    std::vector<kernels::Map> halved;
    std::vector<PairMaps> up;
    std::size_t num_bytes = 0;
  };
  /// Gradients on the way back.
  struct Gradients {
    std::vector<kernels::Map> kept;  ///< Of what each level kept on the way down.
    kernels::Map one;                ///< Large enough for any map, as is the other.
    kernels::Map other;
    std::size_t num_bytes = 0;
  };

  Pair make_pair(std::int64_t level, std::int64_t in, bool goes_up) const;
  kernels::MapSize level_size(std::int64_t level) const;
  Maps maps_at(void* start, bool keeps_all) const;
  Gradients gradients_at(void* start) const;
  void set_weights(torch::TensorList weights, bool with_backward);
  void run_forward(const float* image, const Maps& maps, float* logits);
  void run_backward(const Maps& maps, const float* logit_gradient, bool is_first);
  std::vector<torch::Tensor> copy_gradients();
  kernels::Head head() const;

  UnetProgramSize size_;
  std::vector<Pair> down_;              ///< The levels, then the bottleneck.
  std::vector<Pair> up_;                ///< From the lowest level.
  std::vector<torch::Tensor> weights_;  ///< Of the last forward pass.
  std::int64_t generation_ = 0;
  torch::Tensor head_gradient_;  ///< [width + 1]
  kernels::BufferPool pool_;
  torch::Tensor gradient_memory_;
};

/// logits of a batch, differentiable with respect to the weights.
torch::Tensor run_unet(const std::shared_ptr<UnetProgram>& program, const torch::Tensor& input,
                       torch::TensorList weights);

}  // namespace sciwright::models
