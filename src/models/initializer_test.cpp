#include "models/initializer.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sciwright::models {
namespace {

TEST(Initializer, DrawsGlorotUniformWithinItsLimits) {
  Initializer weights(1);
  const torch::Tensor kernel = weights.glorot_uniform({8, 100, 50}, 100, 50);
  const double limit = std::sqrt(6.0 / 150);
  EXPECT_LE(kernel.abs().max().item<double>(), limit);
  // A uniform distribution over ±limit has variance limit² / 3; 40,000 draws, five standard errors.
  EXPECT_NEAR(kernel.square().mean().item<double>(), limit * limit / 3, 5 * 0.02 / 200);
  EXPECT_NEAR(kernel.mean().item<double>(), 0, 5 * limit / std::sqrt(3.0 * 40'000));
}

TEST(Initializer, DrawsHeNormalWithTheVarianceOfKerasAndItsCut) {
  Initializer weights(1);
  const torch::Tensor kernel = weights.he_normal({64, 64, 3, 3}, 576).to(torch::kFloat64);
  const double deviation = std::sqrt(2.0 / 576);
  const double n = static_cast<double>(kernel.numel());
  const double mean = kernel.mean().item<double>();
  const double variance = kernel.square().mean().item<double>();
  const double fourth = kernel.pow(4).mean().item<double>();
  // A normal number cut at 2 deviations has kurtosis 2.3655 (its moments by integration); five
  // standard errors of 36,864 draws.
  EXPECT_NEAR(mean, 0, 5 * deviation / std::sqrt(n));
  EXPECT_NEAR(variance / (deviation * deviation), 1, 5 * std::sqrt(1.3655 / n));
  EXPECT_NEAR(fourth / (variance * variance), 2.3655, 0.06);
  EXPECT_LE(kernel.abs().max().item<double>(), 2 * deviation / 0.8796256);
  EXPECT_GT(kernel.abs().max().item<double>(), 1.99 * deviation / 0.8796256);
}

TEST(Initializer, DrawsOrthonormalRows) {
  Initializer weights(2);
  const torch::Tensor q = weights.orthogonal(40, 160).to(torch::kFloat64);
  const torch::Tensor gram = (q.unsqueeze(1) * q.unsqueeze(0)).sum(2);
  EXPECT_TRUE(torch::allclose(gram, torch::eye(40, torch::kFloat64), 0, 1e-6));
}

TEST(Initializer, RepeatsWithTheSeedAndNeverWithinIt) {
  Initializer weights(3);
  Initializer again(3);
  const torch::Tensor first = weights.glorot_uniform({5, 5}, 5, 5);
  EXPECT_TRUE(torch::equal(first, again.glorot_uniform({5, 5}, 5, 5)));
  EXPECT_FALSE(torch::equal(first, weights.glorot_uniform({5, 5}, 5, 5)));
  EXPECT_FALSE(torch::equal(first, Initializer(4).glorot_uniform({5, 5}, 5, 5)));
}

TEST(Initializer, RefusesMoreOrthogonalRowsThanColumns) {
  EXPECT_THROW(Initializer(1).orthogonal(5, 4), c10::Error);
}

}  // namespace
}  // namespace sciwright::models
