#pragma once

#include <cstdint>

#include <torch/types.h>

namespace sciwright::models {

/// Draws the first weights of a model in Keras's distributions. Each tensor has its own stream, in
/// the order of the calls, so equal seeds give equal models on every machine and device.
class Initializer final {
 public:
  explicit Initializer(std::uint64_t seed) : seed_(seed) {}

  /// Glorot and Bengio 2010: uniform in ±sqrt(6 / (fan_in + fan_out)). Stacked layers have the fans
  /// of one of them.
  torch::Tensor glorot_uniform(torch::IntArrayRef shape, std::int64_t fan_in, std::int64_t fan_out);

  /// He et al. 2015 as Keras draws it: normal numbers beyond two deviations drawn again, so that
  /// their variance is 2 / fan_in after the cut.
  torch::Tensor he_normal(torch::IntArrayRef shape, std::int64_t fan_in);

  /// [rows, columns] with orthonormal rows (rows must not exceed columns): Saxe et al. 2014, for
  /// recurrent kernels.
  torch::Tensor orthogonal(std::int64_t rows, std::int64_t columns);

 private:
  std::uint64_t next_seed();

  std::uint64_t seed_;
  std::uint64_t num_drawn_ = 0;
};

}  // namespace sciwright::models
