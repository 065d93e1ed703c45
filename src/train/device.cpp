#include "train/device.h"

#include <limits>
#include <malloc.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "base/error.h"

namespace sciwright::train {

namespace {

/// Makes malloc keep what is freed. A step of training takes and frees the same large blocks; given
/// back to the system in between, each of their pages costs a fault when it is touched again.
void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kLargestThreshold = 32 << 20;  // More is refused for M_MMAP_THRESHOLD.
  mallopt(M_MMAP_THRESHOLD, kLargestThreshold);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

}  // namespace

torch::Device set_up_device(const std::string& name, int num_threads) {
  keep_freed_memory();
  at::set_num_threads(num_threads);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  at::globalContext().setFlushDenormal(true);
  const bool has_cuda = torch::cuda::is_available();
  if (name == "cuda" && !has_cuda) {
    throw usage_error(
        "device: is cuda, but this libtorch finds no CUDA device; use cpu or auto, or build with a "
        "CUDA libtorch (Torch_DIR)");
  }
  return name != "cpu" && has_cuda ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
}

DeviceFacts device_facts(const torch::Device& device) {
  return {device.str(), at::get_num_threads(), TORCH_VERSION};
}

}  // namespace sciwright::train
