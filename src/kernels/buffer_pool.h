#pragma once

#include <vector>

#include <torch/types.h>

namespace sciwright::kernels {

/// Memory that is used again and again, so that a step of training allocates nothing after the
/// first. A buffer is free when nobody else holds it or a view of it.
class BufferPool final {
 public:
  /// A tensor of this shape with any contents.
  torch::Tensor take(torch::IntArrayRef shape, torch::ScalarType type);

 private:
  std::vector<torch::Tensor> buffers_;
};

}  // namespace sciwright::kernels
