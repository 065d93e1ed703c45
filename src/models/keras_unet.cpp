#include "models/keras_unet.h"

#include <charconv>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "io/hdf5.h"

namespace sciwright::models {
namespace {

using torch::Tensor;

/// 0 of "conv2d", 7 of "conv2d_7", nothing of other layers.
std::optional<int> convolution_number(const std::string& layer) {
  constexpr std::string_view kStem = "conv2d";
  if (layer == kStem) return 0;
  if (!layer.starts_with(std::string(kStem) + "_")) return std::nullopt;
  const char* begin = layer.data() + kStem.size() + 1;
  const char* end = layer.data() + layer.size();
  int number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// Layers by number: the folder of each that holds its kernel and bias.
std::map<int, std::string> convolution_groups(const io::Hdf5Reader& file) {
  const std::string root = file.contains("model_weights") ? "model_weights" : "/";
  std::map<int, std::string> groups;
  for (const std::string& layer : file.names(root)) {
    const std::optional<int> number = convolution_number(layer);
    if (!number) continue;
    groups[*number] = (root == "/" ? "" : root + "/") + layer + "/" + layer;
  }
  return groups;
}

/// A dataset as a tensor of the expected shape; else undefined and a problem more.
Tensor read_weights(const io::Hdf5Reader& file, const std::string& dataset,
                    const io::Shape& expected, Problems& problems) {
  if (!file.contains(dataset)) {
    problems.push_back(fmt::format("there is no dataset '{}'", dataset));
    return {};
  }
  const io::Shape shape = file.shape(dataset);
  if (shape != expected) {
    problems.push_back(fmt::format("dataset '{}' has the shape [{}], expected [{}]", dataset,
                                   fmt::join(shape, ", "), fmt::join(expected, ", ")));
    return {};
  }
  const auto values = file.read<float>(dataset).values;
  const std::vector<std::int64_t> sizes(shape.begin(), shape.end());
  return torch::from_blob(const_cast<float*>(values.data()), sizes).clone();
}

}  // namespace

void load_keras_weights(Unet& network, const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const std::vector<Convolution*> layers = network.convolutions();
  const std::map<int, std::string> groups = convolution_groups(file);
  Problems problems;
  if (groups.size() != layers.size()) {
    problems.push_back(fmt::format("has {} layers named conv2d, conv2d_1, …; expected {}",
                                   groups.size(), layers.size()));
  }
  torch::NoGradGuard no_grad;
  auto group = groups.begin();
  for (Convolution* layer : layers) {
    if (problems.size() > 0 && groups.size() != layers.size()) break;
    const auto extent = [&](int axis) {
      return static_cast<std::size_t>(layer->kernel.size(axis));
    };
    const std::string& name = (group++)->second;
    const Tensor kernel = read_weights(file, name + "/kernel:0",
                                       {extent(2), extent(3), extent(1), extent(0)}, problems);
    const Tensor bias = read_weights(file, name + "/bias:0", {extent(0)}, problems);
    if (!problems.empty()) continue;
    layer->kernel.copy_(kernel.permute({3, 2, 0, 1}));
    layer->bias.copy_(bias);
  }
  for (std::string& problem : problems) problem = path.string() + ": " + problem;
  throw_if_any(problems);
}

}  // namespace sciwright::models
