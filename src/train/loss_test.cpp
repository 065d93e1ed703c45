#include "train/loss.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/error.h"

namespace sciwright::train {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(Loss, LeavesOutWhatWasNotObserved) {
  const torch::Tensor output = torch::tensor({1.0F, 2.0F, 5.0F}).requires_grad_();
  const torch::Tensor target = torch::tensor({2.0F, kNan, 3.0F});
  const torch::Tensor loss = absolute_loss(output, target);
  EXPECT_FLOAT_EQ(loss.item<float>(), 1.5F);
  loss.backward();
  EXPECT_TRUE(torch::equal(output.grad(), torch::tensor({-0.5F, 0.0F, 0.5F})));
  EXPECT_FLOAT_EQ(squared_loss(output, target).item<float>(), 2.5F);
}

TEST(Loss, IsZeroWhereNothingWasObserved) {
  EXPECT_EQ(absolute_loss(torch::ones({2}), torch::full({2}, kNan)).item<float>(), 0);
}

TEST(Loss, OfHuberIsSquareThenLinear) {
  const torch::Tensor zero = torch::zeros({1});
  EXPECT_FLOAT_EQ(train::huber_loss(torch::tensor({0.5F}), zero, 1).item<float>(), 0.125F);
  EXPECT_FLOAT_EQ(train::huber_loss(torch::tensor({3.0F}), zero, 1).item<float>(), 2.5F);
}

TEST(Loss, OfQuantilesSumsOverThem) {
  const torch::Tensor output = torch::tensor({0.0F, 0.0F}).view({1, 2});
  EXPECT_FLOAT_EQ(quantile_loss(output, torch::tensor({2.0F}), {0.1, 0.9}).item<float>(), 2.0F);
  EXPECT_FLOAT_EQ(quantile_loss(output, torch::tensor({-2.0F}), {0.1, 0.5}).item<float>(), 2.8F);
}

TEST(Loss, WeighsOutputs) {
  const torch::Tensor output = torch::tensor({1.0F, 2.0F, 0.0F, 0.0F}).view({2, 2});
  const torch::Tensor loss =
      weighted_squared_loss(output, torch::zeros({2, 2}), torch::tensor({1.0F, 0.25F}));
  EXPECT_FLOAT_EQ(loss.item<float>(), 1.0F);
}

TEST(Loss, KnowsItsNames) {
  EXPECT_FLOAT_EQ(named_loss("mse", torch::tensor({2.0F}), torch::zeros({1})).item<float>(), 4);
  EXPECT_THROW(named_loss("l1", torch::ones({1}), torch::ones({1})), Error);
}

}  // namespace
}  // namespace sciwright::train
