#include "models/initializer.h"

#include <cmath>
#include <vector>

#include "base/random.h"

namespace sciwright::models {

std::uint64_t Initializer::next_seed() { return derive_seed(seed_, "weights", num_drawn_++); }

torch::Tensor Initializer::glorot_uniform(torch::IntArrayRef shape, std::int64_t fan_in,
                                          std::int64_t fan_out) {
  RandomStream random(next_seed());
  const double limit = std::sqrt(6.0 / static_cast<double>(fan_in + fan_out));
  torch::Tensor out = torch::empty(shape, torch::kFloat32);
  float* values = out.data_ptr<float>();
  for (std::int64_t i = 0; i < out.numel(); ++i) {
    values[i] = static_cast<float>(random.uniform(-limit, limit));
  }
  return out;
}

torch::Tensor Initializer::he_normal(torch::IntArrayRef shape, std::int64_t fan_in) {
  /// Deviation of a standard normal number cut off at ±2.
  constexpr double kCutDeviation = 0.87962566103423978;
  RandomStream random(next_seed());
  const double deviation = std::sqrt(2.0 / static_cast<double>(fan_in)) / kCutDeviation;
  torch::Tensor out = torch::empty(shape, torch::kFloat32);
  float* values = out.data_ptr<float>();
  for (std::int64_t i = 0; i < out.numel(); ++i) {
    double draw = random.normal();
    while (std::abs(draw) > 2) draw = random.normal();
    values[i] = static_cast<float>(draw * deviation);
  }
  return out;
}

torch::Tensor Initializer::orthogonal(std::int64_t rows, std::int64_t columns) {
  TORCH_CHECK(rows <= columns, "an orthogonal kernel needs at least as many columns as rows, has ",
              rows, " rows and ", columns, " columns");
  RandomStream random(next_seed());
  torch::Tensor out = torch::empty({rows, columns}, torch::kFloat64);
  auto q = out.accessor<double, 2>();
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t k = 0; k < columns; ++k) q[i][k] = random.normal();
    // Gram–Schmidt, twice for accuracy; a library's QR would tie the weights to its rounding.
    for (int pass = 0; pass < 2; ++pass) {
      for (std::int64_t j = 0; j < i; ++j) {
        double overlap = 0;
        for (std::int64_t k = 0; k < columns; ++k) overlap += q[i][k] * q[j][k];
        for (std::int64_t k = 0; k < columns; ++k) q[i][k] -= overlap * q[j][k];
      }
    }
    double square = 0;
    for (std::int64_t k = 0; k < columns; ++k) square += q[i][k] * q[i][k];
    for (std::int64_t k = 0; k < columns; ++k) q[i][k] /= std::sqrt(square);
  }
  return out.to(torch::kFloat32);
}

}  // namespace sciwright::models
