#include "models/unet.h"

#include <algorithm>

#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/nn/functional/upsampling.h>

#include "models/blocks.h"
#include "models/unet_program.h"

namespace sciwright::models {
namespace {

using torch::Tensor;

constexpr int kNumLevels = 3;

/// Programs of so many sizes are kept, each with its memory: of patches and of tiles.
constexpr std::size_t kMostPrograms = 2;

/// Each pixel twice along rows and columns.
Tensor doubled(const Tensor& x) {
  return torch::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
}

kernels::Number number_of(Precision precision) {
  return precision == Precision::kBfloat16 ? kernels::Number::kBfloat16 : kernels::Number::kFloat32;
}

}  // namespace

bool has_fast_unet(Precision precision) { return kernels::has_fast_maps(number_of(precision)); }

Convolution::Convolution(Initializer& weights, std::int64_t in, std::int64_t out,
                         std::int64_t kernel_px)
    : kernel(register_parameter("kernel", weights.he_normal({out, in, kernel_px, kernel_px},
                                                            in * kernel_px * kernel_px))),
      bias(register_parameter("bias", torch::zeros({out}))) {}

Tensor Convolution::forward(const Tensor& x) const {
  // Whoever counts the work of a model (models/summary) observes this name.
  RECORD_FUNCTION("sciwright::convolution", std::vector<c10::IValue>({x, kernel}));
  const Tensor like_input =
      kernel.to(x.scalar_type()).contiguous(torch::MemoryFormat::ChannelsLast);
  const std::int64_t around_px = kernel.size(2) / 2;
  return torch::conv2d(x, like_input, bias.to(x.scalar_type()), 1, around_px);
}

ConvolutionPair::ConvolutionPair(Initializer& weights, std::int64_t in, std::int64_t out)
    : first(register_module("first", std::make_shared<Convolution>(weights, in, out, 3))),
      second(register_module("second", std::make_shared<Convolution>(weights, out, out, 3))) {}

Tensor ConvolutionPair::forward(const Tensor& x) const {
  return second->forward(first->forward(x).relu_()).relu_();
}

Unet::Unet(const UnetSettings& model, std::uint64_t seed) : settings(model) {
  Initializer weights(seed);
  std::int64_t in = model.num_channels;
  std::int64_t width = model.width;
  for (int level = 0; level <= kNumLevels; ++level, width *= 2) {
    const std::string name = level < kNumLevels ? fmt::format("down_{}", level + 1) : "bottleneck";
    down.push_back(register_module(name, std::make_shared<ConvolutionPair>(weights, in, width)));
    in = width;
  }
  for (int level = kNumLevels; level > 0; --level, in /= 2) {
    up.push_back(register_module(fmt::format("up_{}", level),
                                 std::make_shared<ConvolutionPair>(weights, in + in / 2, in / 2)));
  }
  output = register_module("output", std::make_shared<Convolution>(weights, in, 1, 1));
}

Tensor Unet::forward(const Tensor& input) const {
  TORCH_CHECK(input.size(2) % 8 == 0 && input.size(3) % 8 == 0,
              "the U-Net takes multiples of 8 pixels, has ", input.size(2), " x ", input.size(3));
  const bool takes_fast = settings.kernels == Kernels::kFast && input.is_cpu() &&
                          !input.requires_grad() && has_fast_unet(settings.precision);
  return takes_fast ? run_fast(input) : run_plain(input);
}

Tensor Unet::run_fast(const Tensor& input) const {
  const UnetProgramSize size{.num_channels = settings.num_channels,
                             .width = settings.width,
                             .num_levels = kNumLevels,
                             .height_px = input.size(2),
                             .width_px = input.size(3),
                             .number = number_of(settings.precision)};
  const auto at = std::find_if(programs_.begin(), programs_.end(),
                               [&](const auto& each) { return each->size() == size; });
  if (at == programs_.end()) {
    if (programs_.size() == kMostPrograms) programs_.erase(programs_.begin());
    programs_.push_back(std::make_shared<UnetProgram>(size));
  } else {
    std::rotate(at, at + 1, programs_.end());
  }
  std::vector<Tensor> weights;
  for (const Convolution* each : convolutions()) {
    weights.push_back(each->kernel);
    weights.push_back(each->bias);
  }
  return run_unet(programs_.back(), input, weights);
}

Tensor Unet::run_plain(const Tensor& input) const {
  const auto type = settings.precision == Precision::kBfloat16 ? torch::kBFloat16 : torch::kFloat32;
  Tensor x = input.to(type).contiguous(torch::MemoryFormat::ChannelsLast);
  std::vector<Tensor> kept;
  for (int level = 0; level < kNumLevels; ++level) {
    kept.push_back(part(fmt::format("down_{}", level + 1).c_str(),
                        [&] { return down[static_cast<std::size_t>(level)]->forward(x); }));
    x = torch::max_pool2d(kept.back(), 2);
  }
  x = part("bottleneck", [&] { return down.back()->forward(x); });
  for (int level = kNumLevels; level > 0; --level) {
    const Tensor both = torch::cat({doubled(x), kept.back()}, 1);
    kept.pop_back();
    x = part(fmt::format("up_{}", level).c_str(),
             [&] { return up[static_cast<std::size_t>(kNumLevels - level)]->forward(both); });
  }
  return part("output", [&] { return output->forward(x); }).to(torch::kFloat32);
}

std::vector<Convolution*> Unet::convolutions() const {
  std::vector<Convolution*> all;
  for (const auto* pairs : {&down, &up}) {
    for (const auto& pair : *pairs) {
      all.push_back(pair->first.get());
      all.push_back(pair->second.get());
    }
  }
  all.push_back(output.get());
  return all;
}

}  // namespace sciwright::models
