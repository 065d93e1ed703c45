#pragma once

#include <string>

#include <torch/types.h>

namespace sciwright::train {

/// Where a network runs, as asked and as used.
struct DeviceFacts {
  std::string device;  ///< "cpu", "cuda:0".
  int threads = 1;     ///< Threads of one operation.
  std::string torch_version;
};

/// Chooses the device ("auto" takes a GPU if there is one) and sets what makes runs repeatable: the
/// thread count (libtorch's own default is one thread on some machines), deterministic algorithms,
/// denormals as zero. From then on the process keeps freed memory for itself. Throws a usage error
/// when "cuda" is asked for and absent.
torch::Device set_up_device(const std::string& name, int num_threads);

DeviceFacts device_facts(const torch::Device& device);

}  // namespace sciwright::train
