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
  EXPECT_FLOAT_EQ(nse_loss(output, target, torch::full_like(output, 3)).item<float>(), 7.5F);
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

TEST(Loss, OfLogitsIsTheBinaryCrossEntropy) {
  // p = 3/4 for a logit of ln 3: -ln 0.75 and -ln 0.25.
  const torch::Tensor logits = torch::full({3}, std::log(3.0F)).requires_grad_();
  const torch::Tensor labels = torch::tensor({1.0F, 0.0F, kNan});
  const torch::Tensor loss = logistic_loss(logits, labels);
  EXPECT_FLOAT_EQ(loss.item<float>(), (0.28768207F + 1.3862944F) / 2);
  loss.backward();  // (p - y) / 2
  EXPECT_TRUE(torch::allclose(logits.grad(), torch::tensor({-0.125F, 0.375F, 0.0F})));
}

TEST(Loss, OfLogitsInOnePassEqualsThatOfOperationsInDoublePrecision) {
  auto generator = at::detail::createCPUGenerator(1);
  const auto random = [&] {
    return torch::randn({3, 1, 70, 90}, generator, torch::TensorOptions());
  };
  const torch::Tensor logits = (5 * random()).requires_grad_();
  torch::Tensor labels = (random() > 0).to(torch::kFloat32);
  labels.masked_fill_(random() > 1, kNan);
  const torch::Tensor exact_logits = logits.detach().to(torch::kFloat64).requires_grad_();
  const torch::Tensor loss = weighted_logistic_loss(logits, labels, 0.5);
  const torch::Tensor exact = weighted_logistic_loss(exact_logits, labels.to(torch::kFloat64), 0.5);
  EXPECT_NEAR(loss.item<double>(), exact.item<double>(), 1e-6);
  (3 * loss).backward();
  (3 * exact).backward();
  EXPECT_TRUE(torch::allclose(logits.grad().to(torch::kFloat64), exact_logits.grad(), 1e-4, 1e-10));
}

TEST(Loss, OfALogitThatIsNanIsNan) {
  const torch::Tensor logits = torch::tensor({kNan, 1.0F}).requires_grad_();
  const torch::Tensor loss = logistic_loss(logits, torch::tensor({1.0F, 0.0F}));
  EXPECT_TRUE(std::isnan(loss.item<float>()));
}

TEST(Loss, OfLogitsDoesNotOverflow) {
  const torch::Tensor logits = torch::tensor({200.0F, -200.0F});
  EXPECT_FLOAT_EQ(logistic_loss(logits, torch::tensor({0.0F, 0.0F})).item<float>(), 100);
}

TEST(Loss, OfLogitsWeighsPositiveLabels) {
  const torch::Tensor logits = torch::full({2}, std::log(3.0F));
  EXPECT_FLOAT_EQ(weighted_logistic_loss(logits, torch::tensor({1.0F, 0.0F}), 0.5).item<float>(),
                  (0.5F * 0.28768207F + 1.3862944F) / 2);
}

TEST(Loss, OfLogitsWithAWeightCutsOffTheProbability) {
  const torch::Tensor logits = torch::tensor({-50.0F}).requires_grad_();
  const torch::Tensor loss = weighted_logistic_loss(logits, torch::tensor({1.0F}), 0.5);
  EXPECT_FLOAT_EQ(loss.item<float>(), 0.5F * 16.118096F);  // -ln 1e-7
  loss.backward();
  EXPECT_EQ(logits.grad().item<float>(), 0);
}

TEST(Loss, KnowsItsNames) {
  EXPECT_FLOAT_EQ(named_loss("mse", torch::tensor({2.0F}), torch::zeros({1})).item<float>(), 4);
  EXPECT_THROW(named_loss("l1", torch::ones({1}), torch::ones({1})), Error);
}

}  // namespace
}  // namespace sciwright::train
