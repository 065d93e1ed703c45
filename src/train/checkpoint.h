#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>
#include <torch/nn/module.h>

namespace sciwright::train {

using Json = nlohmann::json;

/// Arrays by name, with facts as JSON beside them.
struct Checkpoint {
  std::map<std::string, torch::Tensor> tensors;  ///< float32 or int64, in CPU memory.
  Json facts = Json::object();
};

/// Writes a checkpoint as .npz, atomically: every tensor under its name, the facts as UTF-8 bytes
/// under "facts". Python reads it with numpy.load.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Reads one. Throws a usage error that names the file when it is missing, damaged or no
/// checkpoint.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// The weights of a module by their names.
std::map<std::string, torch::Tensor> named_weights(const torch::nn::Module& module);

/// Copies weights into a module. Throws one usage error listing every missing, unknown or
/// differently shaped weight; `path` is for the message.
void load_weights(torch::nn::Module& module, const std::map<std::string, torch::Tensor>& weights,
                  const std::filesystem::path& path);

}  // namespace sciwright::train
