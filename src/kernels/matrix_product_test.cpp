#include "kernels/matrix_product.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace sciwright::kernels {
namespace {

using torch::Tensor;

Tensor random(std::vector<std::int64_t> shape, std::int64_t seed) {
  auto generator = at::detail::createCPUGenerator(static_cast<std::uint64_t>(seed));
  return torch::randn(shape, generator, torch::TensorOptions());
}

/// Sums of up to a few hundred float32 products of numbers around 1.
void expect_close(const Tensor& found, const Tensor& expected) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  EXPECT_TRUE(torch::allclose(found, expected, 1e-4, 1e-4))
      << "largest difference " << (found - expected).abs().max();
}

TEST(MatrixProduct, EqualsTheProductInDoublePrecision) {
  const Tensor a = random({5, 33, 17}, 1);
  const Tensor b = random({5, 17, 29}, 2);
  expect_close(batched_product(a, b),
               (a.to(torch::kFloat64).unsqueeze(3) * b.to(torch::kFloat64).unsqueeze(1))
                   .sum(2)
                   .to(torch::kFloat32));
}

TEST(MatrixProduct, TakesTransposedAndStridedMatrices) {
  const Tensor a = random({3, 11, 8}, 3);
  const Tensor wide = random({3, 11, 40}, 4);
  const Tensor b = wide.slice(2, 0, 40, 2);
  expect_close(batched_product(a.transpose(1, 2), b),
               torch::bmm(a.transpose(1, 2).contiguous(), b.contiguous()));
}

TEST(MatrixProduct, HasTheGradientsOfAnAffineLayer) {
  const Tensor x = random({4, 9, 6}, 5).requires_grad_();
  const Tensor kernel = random({4, 6, 7}, 6).requires_grad_();
  const Tensor bias = random({4, 1, 7}, 7).requires_grad_();
  const Tensor weight = random({4, 9, 7}, 8);

  const auto found =
      torch::autograd::grad({(stacked_dense(x, kernel, bias) * weight).sum()}, {x, kernel, bias});
  const auto expected =
      torch::autograd::grad({(torch::baddbmm(bias, x, kernel) * weight).sum()}, {x, kernel, bias});

  for (std::size_t i = 0; i < 3; ++i) expect_close(found[i], expected[i]);
}

TEST(MatrixProduct, TakesOneInputForAllLayers) {
  const Tensor x = random({1, 9, 6}, 21).requires_grad_();
  const Tensor kernel = random({4, 6, 7}, 22).requires_grad_();
  const Tensor weight = random({4, 9, 7}, 23);
  const Tensor shared = x.expand({4, -1, -1});
  const auto found =
      torch::autograd::grad({(stacked_dense(shared, kernel) * weight).sum()}, {x, kernel});
  const auto expected =
      torch::autograd::grad({(torch::bmm(shared, kernel) * weight).sum()}, {x, kernel});
  for (std::size_t i = 0; i < 2; ++i) expect_close(found[i], expected[i]);
}

TEST(MatrixProduct, GivesNoGradientToInputsThatNeedNone) {
  const Tensor x = random({2, 3, 4}, 9);
  const Tensor kernel = random({2, 4, 5}, 10).requires_grad_();
  stacked_dense(x, kernel).sum().backward();
  EXPECT_FALSE(x.grad().defined());
  expect_close(kernel.grad(), x.sum(1).unsqueeze(2).expand({2, 4, 5}));
}

TEST(MatrixProduct, DenseWorksOnTheLastAxisOfAnyTensor) {
  const Tensor x = random({2, 3, 5, 4}, 11);
  const Tensor kernel = random({4, 6}, 12);
  const Tensor bias = random({6}, 13);
  expect_close(dense(x, kernel, bias), torch::matmul(x, kernel) + bias);
  expect_close(dense(x, kernel), torch::matmul(x, kernel));
}

TEST(MatrixProduct, AddsToWhatIsThere) {
  const Tensor a = random({5, 3}, 14);
  const Tensor b = random({3, 8}, 15);
  const Tensor before = random({5, 8}, 16);
  Tensor out = before.clone();
  multiply_into(out, a, b, /*accumulate=*/true);
  expect_close(out, before + torch::mm(a, b));
  multiply_into(out, a, b, /*accumulate=*/false);
  expect_close(out, torch::mm(a, b));
}

TEST(MatrixProduct, ComputesDoublesToo) {
  const Tensor a = random({2, 3, 4}, 17).to(torch::kFloat64);
  const Tensor b = random({2, 4, 5}, 18).to(torch::kFloat64);
  EXPECT_TRUE(torch::equal(batched_product(a, b), torch::bmm(a, b)));
}

TEST(MatrixProduct, GivesTheSameBitsAgain) {
  const Tensor a = random({3, 200, 160}, 19);
  const Tensor b = random({3, 160, 64}, 20);
  EXPECT_TRUE(torch::equal(batched_product(a, b), batched_product(a, b)));
}

}  // namespace
}  // namespace sciwright::kernels
