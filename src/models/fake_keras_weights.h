#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/random.h"
#include "io/hdf5.h"

/// For tests: what the reference's program leaves of a trained network.
namespace sciwright::models {

/// One layer as the file holds it: kernel [k, k, in, out], bias [out].
struct KerasLayer {
  int size = 3;
  int in = 0;
  int out = 0;
  std::vector<float> kernel = {};
  std::vector<float> bias = {};
};

/// The 15 layers of the reference's U-Net with random weights that keep signals at unit size.
inline std::vector<KerasLayer> random_layers(int channels, int width) {
  const int w = width;
  std::vector<std::pair<int, int>> ends = {
      {channels, w},  {w, w},         {w, 2 * w},     {2 * w, 2 * w},  {2 * w, 4 * w},
      {4 * w, 4 * w}, {4 * w, 8 * w}, {8 * w, 8 * w}, {12 * w, 4 * w}, {4 * w, 4 * w},
      {6 * w, 2 * w}, {2 * w, 2 * w}, {3 * w, w},     {w, w},          {w, 1}};
  std::vector<KerasLayer> layers;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    KerasLayer layer{i + 1 < ends.size() ? 3 : 1, ends[i].first, ends[i].second};
    RandomStream random(derive_seed(1, "layer", i));
    const double scale = std::sqrt(2.0 / (layer.size * layer.size * layer.in));
    layer.kernel.resize(static_cast<std::size_t>(layer.size * layer.size * layer.in * layer.out));
    for (float& v : layer.kernel) v = static_cast<float>(scale * random.normal());
    for (int c = 0; c < layer.out; ++c) {
      layer.bias.push_back(static_cast<float>(0.1 * random.normal()));
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Weights file of tf.keras: `root` is "model_weights/" for whole models; the first layer has the
/// number `first_number`.
inline void write_keras_file(const std::filesystem::path& path,
                             const std::vector<KerasLayer>& layers, const std::string& root,
                             int first_number) {
  io::Hdf5Writer file(path);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const KerasLayer& l = layers[i];
    const int number = first_number + static_cast<int>(i);
    const std::string name = number == 0 ? "conv2d" : fmt::format("conv2d_{}", number);
    const auto extent = [](int n) { return static_cast<std::size_t>(n); };
    file.write<float>(root + name + "/" + name + "/kernel:0", l.kernel,
                      {extent(l.size), extent(l.size), extent(l.in), extent(l.out)}, 0);
    file.write<float>(root + name + "/" + name + "/bias:0", l.bias, {l.bias.size()}, 0);
  }
  file.create_group(root + "max_pooling2d");
  file.commit();
}

}  // namespace sciwright::models
