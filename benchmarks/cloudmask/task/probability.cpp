#include "cloudmask/task/probability.h"

#include <algorithm>

#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include "base/error.h"
#include "models/unet.h"

namespace sciwright::cloudmask {
namespace {

/// Enough to keep the processor busy, little enough to bound the memory of the activations.
constexpr std::size_t kPixelsAtOnce = 512 * 512;

}  // namespace

TilingPlan tiling_of(const Settings& s, ImageSize image) {
  const InferenceSettings& inference = s.inference;
  if (inference.tiling == "compat") {
    return compat_tiling(image, s.data.patch_px, inference.crop_px);
  }
  if (inference.tiling == "blended") {
    return blended_tiling(image, inference.tile_px, inference.overlap_px);
  }
  if (inference.tiling == "whole") return whole_image_tiling(image);
  return exact_tiling(image, inference.tile_px, inference.margin_px);
}

Planes network_input(const Model& model, const Scene& scene) {
  if (scene.image.num_channels != model.num_channels) {
    throw usage_error(fmt::format("{}: has {} channels, the network was trained with {}",
                                  scene.path.string(), scene.image.num_channels,
                                  model.num_channels));
  }
  Planes input = scene.image;
  normalise(input, scales_of(model, scene), model.valid_only ? &scene.valid : nullptr);
  return input;
}

std::vector<float> tile_probabilities(const Model& model, const Planes& input,
                                      const TilingPlan& plan) {
  const c10::InferenceMode inference;
  const torch::Device device = model.network->output->kernel.device();
  model.network->eval();
  const ImageSize tile = plan.tile_size();
  const std::size_t pixels = tile.num_pixels();
  const std::size_t at_once = std::max<std::size_t>(1, kPixelsAtOnce / pixels);
  const auto values = pixels * static_cast<std::size_t>(input.num_channels);
  std::vector<float> out(plan.num_tiles() * pixels);
  for (std::size_t begin = 0; begin < plan.num_tiles(); begin += at_once) {
    const std::size_t count = std::min(at_once, plan.num_tiles() - begin);
    const torch::Tensor batch = torch::empty(
        {static_cast<std::int64_t>(count), input.num_channels, tile.height_px, tile.width_px});
    for (std::size_t i = 0; i < count; ++i) {
      copy_window(input, plan.window(begin + i),
                  std::span(batch.data_ptr<float>() + i * values, values));
    }
    const torch::Tensor probability =
        model.network->forward(batch.to(device)).sigmoid().to(torch::kCPU).contiguous();
    std::copy_n(probability.data_ptr<float>(), count * pixels, out.data() + begin * pixels);
  }
  return out;
}

std::vector<float> stitched(const TilingPlan& plan, const std::vector<float>& tiles) {
  Stitcher stitcher(plan);
  const std::size_t pixels = plan.tile_size().num_pixels();
  for (std::size_t i = 0; i < plan.num_tiles(); ++i) {
    stitcher.add(i, std::span(tiles.data() + i * pixels, pixels));
  }
  return stitcher.finish().values;
}

}  // namespace sciwright::cloudmask
