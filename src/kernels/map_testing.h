#pragma once

#include <torch/types.h>

#include "kernels/feature_map.h"

/// Shared by the tests of maps.
namespace sciwright::kernels {

/// A map with its memory.
struct OwnMap {
  OwnMap(const MapSize& size, Number number)
      : bytes(torch::zeros({size.num_values() * 4}, torch::kUInt8)),
        map{size, number, bytes.data_ptr()} {}

  /// That of an image [C, H, W].
  OwnMap(const torch::Tensor& image, Number number)
      : OwnMap(MapSize{image.size(0), image.size(1), image.size(2)}, number) {
    load_image(image.contiguous().data_ptr<float>(), map);
  }

  torch::Tensor bytes;
  Map map;
};

/// The values of a map as an image [C, H, W] of float32.
inline torch::Tensor image_of(const Map& map) {
  const auto [channels, height, width] = map.size;
  const auto type = map.number == Number::kFloat32 ? torch::kFloat32 : torch::kBFloat16;
  return torch::from_blob(map.data, {map.size.num_blocks(), height, width, MapSize::kBlock}, type)
      .to(torch::kFloat32)
      .permute({0, 3, 1, 2})
      .reshape({-1, height, width})
      .narrow(0, 0, channels)
      .clone();
}

/// As the map keeps the values of a tensor.
inline torch::Tensor as_kept(const torch::Tensor& x, Number number) {
  return number == Number::kFloat32 ? x : x.to(torch::kBFloat16).to(torch::kFloat32);
}

/// Random numbers of mean 0 and variance 1.
inline torch::Tensor random_values(std::vector<std::int64_t> shape, std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  return torch::randn(shape, generator, torch::TensorOptions());
}

}  // namespace sciwright::kernels
