#include "kernels/dropout.h"

#include <cmath>

#include <ATen/Parallel.h>
#include <Random123/philox.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

namespace sciwright::kernels {
namespace {

TEST(Dropout, DropsAboutTheRateAndKeepsTheMean) {
  const std::int64_t count = 1'000'003;
  const torch::Tensor y = drop_elements(torch::ones({count}), 0.1, 42);
  const double dropped = (y == 0).to(torch::kFloat64).mean().item<double>();
  // Five standard errors of a proportion.
  EXPECT_NEAR(dropped, 0.1, 5 * std::sqrt(0.09 / count));
  EXPECT_NEAR(y.max().item<double>(), 1 / 0.9, 1e-5);
  EXPECT_NEAR(y.mean().item<double>(), 1, 5 * std::sqrt(0.09 / count) / 0.9);
}

TEST(Dropout, DrawsAreThoseOfPhilox4x32With7Rounds) {
  const std::uint64_t seed = 0x0123456789abcdefULL;
  const torch::Tensor mask = dropout_mask({2 * 256}, 0.5, seed);
  r123::Philox4x32_R<7> philox;
  for (std::uint32_t counter = 0; counter < 64; ++counter) {
    const auto draw = philox({{counter, 0, 0, 0}}, {{0x89abcdefU, 0x01234567U}});
    for (std::uint32_t half = 0; half < 8; ++half) {
      const bool dropped = ((draw[half / 2] >> (16 * (half % 2))) & 0xffffU) < 32768;
      const std::int64_t index = (counter / 32) * 256 + half * 32 + counter % 32;
      ASSERT_EQ(mask[index].item<float>(), dropped ? 0.0F : 2.0F) << "element " << index;
    }
  }
}

TEST(Dropout, DependsOnTheSeedButNotOnTheThreads) {
  const torch::Tensor x = torch::ones({100'000});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const torch::Tensor one = drop_elements(x, 0.2, 7);
  at::set_num_threads(2);
  const torch::Tensor two = drop_elements(x, 0.2, 7);
  at::set_num_threads(threads);
  EXPECT_TRUE(torch::equal(one, two));
  EXPECT_FALSE(torch::equal(one, drop_elements(x, 0.2, 8)));
}

TEST(Dropout, PassesGradientsThroughTheSameMask) {
  const torch::Tensor x = torch::ones({3, 1000}).requires_grad_();
  const torch::Tensor y = drop_elements(x, 0.3, 5);
  y.sum().backward();
  EXPECT_TRUE(torch::equal(x.grad(), y.detach()));
  EXPECT_TRUE(torch::equal(dropout_mask({3, 1000}, 0.3, 5), y.detach()));
}

TEST(Dropout, RefusesARateOfOne) {
  EXPECT_THROW(drop_elements(torch::ones({2}), 1.0, 1), c10::Error);
}

}  // namespace
}  // namespace sciwright::kernels
