#include "train/checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "io/npz.h"

namespace sciwright::train {
namespace {

template <class T>
io::Array<T> to_array(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.contiguous();
  const T* data = flat.data_ptr<T>();
  io::Array<T> out{{}, {data, data + flat.numel()}};
  for (const std::int64_t extent : tensor.sizes()) {
    out.shape.push_back(static_cast<std::size_t>(extent));
  }
  return out;
}

io::NumpyArray to_numpy(const torch::Tensor& tensor) {
  const torch::Tensor cpu = tensor.detach().to(torch::kCPU);
  if (cpu.scalar_type() == torch::kLong) return to_array<std::int64_t>(cpu);
  return to_array<float>(cpu.to(torch::kFloat));
}

template <class T>
torch::Tensor to_tensor(const io::Array<T>& array) {
  std::vector<std::int64_t> sizes(array.shape.begin(), array.shape.end());
  // from_blob does not own its memory, hence the clone.
  return torch::from_blob(const_cast<T*>(array.values.data()), sizes,  // NOLINT
                          torch::CppTypeToScalarType<T>::value)
      .clone();
}

std::string shape_text(const torch::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  io::NumpyArrays arrays;
  for (const auto& [name, tensor] : checkpoint.tensors) arrays[name] = to_numpy(tensor);
  const std::string facts = checkpoint.facts.dump();
  arrays["facts"] = io::Array<std::uint8_t>{{facts.size()}, {facts.begin(), facts.end()}};
  io::write_npz(path, arrays);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const io::NumpyArrays arrays = io::read_npz(path);
  Checkpoint out;
  for (const auto& [name, array] : arrays) {
    if (name == "facts") continue;
    if (const auto* floats = std::get_if<io::Array<float>>(&array)) {
      out.tensors[name] = to_tensor(*floats);
    } else if (const auto* integers = std::get_if<io::Array<std::int64_t>>(&array)) {
      out.tensors[name] = to_tensor(*integers);
    }
  }
  const auto bytes = io::cast_array<std::uint8_t>(io::require_array(arrays, "facts", path));
  out.facts = Json::parse(bytes.values.begin(), bytes.values.end(), nullptr, false);
  if (out.facts.is_discarded()) {
    throw usage_error(
        fmt::format("{}: is no checkpoint of sciwright: its facts are not JSON", path.string()));
  }
  return out;
}

std::map<std::string, torch::Tensor> named_weights(const torch::nn::Module& module) {
  std::map<std::string, torch::Tensor> out;
  for (const auto& item : module.named_parameters()) out[item.key()] = item.value().detach();
  return out;
}

void load_weights(torch::nn::Module& module, const std::map<std::string, torch::Tensor>& weights,
                  const std::filesystem::path& path) {
  torch::NoGradGuard no_grad;
  Problems problems;
  auto wanted = module.named_parameters();
  for (auto& item : wanted) {
    const auto found = weights.find(item.key());
    if (found == weights.end()) {
      problems.push_back(fmt::format("{}: has no weight '{}', which this network needs",
                                     path.string(), item.key()));
    } else if (found->second.sizes() != item.value().sizes()) {
      problems.push_back(fmt::format("{}: weight '{}' has shape {}, this network expects {}",
                                     path.string(), item.key(), shape_text(found->second),
                                     shape_text(item.value())));
    }
  }
  for (const auto& [name, tensor] : weights) {
    if (!wanted.contains(name)) {
      problems.push_back(
          fmt::format("{}: weight '{}' belongs to another network", path.string(), name));
    }
  }
  constexpr std::size_t kShown = 5;  // another network differs in nearly every weight
  if (problems.size() > kShown) {
    const std::size_t more = problems.size() - kShown;
    problems.resize(kShown);
    problems.push_back(
        fmt::format("{}: … and {} more weights that do not fit", path.string(), more));
  }
  throw_if_any(problems);
  for (auto& item : wanted) item.value().copy_(weights.at(item.key()));
}

}  // namespace sciwright::train
