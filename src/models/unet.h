#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/nn/module.h>

#include "models/initializer.h"

namespace sciwright::models {

class UnetProgram;

/// Number type of a U-Net's activations and products. Weights, loss and optimiser stay float32.
enum class Precision { kFloat32, kBfloat16 };

/// What computes: libtorch's operations, or this project's where has_fast_unet().
enum class Kernels { kPlain, kFast };

/// Whether this machine has fast kernels of the precision: a processor with AVX-512, for bfloat16
/// with products of it.
bool has_fast_unet(Precision precision);

/// Defaults: the cloudmask reference's U-Net, 1,948,609 weights.
struct UnetSettings {
  std::int64_t num_channels = 9;
  std::int64_t width = 32;  ///< Channels of the first level; each next one has twice as many.
  Precision precision = Precision::kFloat32;
  Kernels kernels = Kernels::kPlain;
};

/// A 3×3 convolution (zeros around the image, so the size stays) or a 1×1 one, with bias. Kernel
/// [out, in, k, k], Keras's he_normal; bias zeros.
struct Convolution final : torch::nn::Module {
  Convolution(Initializer& weights, std::int64_t in, std::int64_t out, std::int64_t kernel_px);
  torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor kernel;
  torch::Tensor bias;
};

/// Two 3×3 convolutions, each followed by ReLU.
struct ConvolutionPair final : torch::nn::Module {
  ConvolutionPair(Initializer& weights, std::int64_t in, std::int64_t out);
  torch::Tensor forward(const torch::Tensor& x) const;

  std::shared_ptr<Convolution> first;
  std::shared_ptr<Convolution> second;
};

/// The U-Net of the MLCommons Science cloudmask benchmark (spec 3.1; after Ronneberger, Fischer and
/// Brox 2015): three levels down by maximum pooling, a bottleneck, three levels up by repeating
/// pixels; on the way up each level sees [what comes from below, what it kept on the way down]. No
/// normalisation layers, no dropout. An output pixel depends on inputs at most 51 px away.
struct Unet final : torch::nn::Module {
  Unet(const UnetSettings& settings, std::uint64_t seed);

  /// input [B, num_channels, H, W], H and W multiples of 8 -> logits of cloud [B, 1, H, W],
  /// float32. With fast kernels the two paths agree up to rounding; other devices than the
  /// processor, and an input that wants a gradient, take the plain one. Not for two threads at
  /// once.
  torch::Tensor forward(const torch::Tensor& input) const;

  /// The convolutions in the order of the forward pass, which is the order in which Keras numbers
  /// the reference's.
  std::vector<Convolution*> convolutions() const;

  UnetSettings settings;
  std::vector<std::shared_ptr<ConvolutionPair>> down;  ///< Three levels, then the bottleneck.
  std::vector<std::shared_ptr<ConvolutionPair>> up;    ///< From the lowest level.
  std::shared_ptr<Convolution> output;

 private:
  torch::Tensor run_plain(const torch::Tensor& input) const;
  torch::Tensor run_fast(const torch::Tensor& input) const;

  /// The fast kernels' programs of the image sizes seen last.
  mutable std::vector<std::shared_ptr<UnetProgram>> programs_;
};

}  // namespace sciwright::models
