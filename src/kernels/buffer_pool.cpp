#include "kernels/buffer_pool.h"

namespace sciwright::kernels {

torch::Tensor BufferPool::take(torch::IntArrayRef shape, torch::ScalarType type) {
  for (const torch::Tensor& buffer : buffers_) {
    const bool is_free = buffer.storage().use_count() == 1;
    if (is_free && buffer.scalar_type() == type && buffer.sizes() == shape) return buffer.detach();
  }
  buffers_.push_back(torch::empty(shape, type));
  return buffers_.back().detach();
}

}  // namespace sciwright::kernels
