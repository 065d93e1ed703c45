#include "models/blocks.h"

#include <gtest/gtest.h>

#include "models/tiny_training.h"

namespace sciwright::models {
namespace {

TEST(LstmLayer, StartsWithAForgetBiasOfOne) {
  Initializer weights(1);
  const LstmLayer layer(weights, {.inputs = 3, .units = 2, .two_biases = true});
  EXPECT_TRUE(torch::equal(layer.bias, torch::tensor({0.F, 0.F, 1.F, 1.F, 0.F, 0.F, 0.F, 0.F})));
  EXPECT_TRUE(torch::equal(layer.input_bias, torch::zeros({8})));
}

TEST(LstmLayer, UsesOneMaskAtEveryStep) {
  Initializer weights(1);
  const LstmLayer layer(weights, {.inputs = 3, .units = 2});
  const torch::Tensor step = random_tensor({1, 4, 3}, 2);
  const torch::Tensor x = step.expand({6, -1, -1});
  DropoutPass dropped(layer, 0.5, 11);
  DropoutPass same(layer, 0.5, 11);
  DropoutPass none(layer, 0, 0);
  const torch::Tensor masked = step * same.mask({4, 3}, torch::kCPU);
  EXPECT_TRUE(torch::allclose(layer.forward(x, dropped, none).sequence,
                              layer.forward(masked.expand({6, -1, -1}), none, none).sequence));
}

TEST(DropoutPass, DoesNothingInEvaluation) {
  Initializer weights(1);
  Dense model(weights, 2, 2);
  const torch::Tensor x = torch::ones({100, 100});
  model.eval();
  DropoutPass evaluation(model, 0.5, 1);
  EXPECT_TRUE(torch::equal(evaluation(x), x));
  EXPECT_FALSE(evaluation.mask({3}, torch::kCPU).defined());
  model.train();
  DropoutPass training(model, 0.5, 1);
  EXPECT_FALSE(torch::equal(training(x), x));
}

TEST(DropoutPass, DrawsAnotherMaskAtEachUse) {
  Initializer weights(1);
  const Dense model(weights, 2, 2);
  DropoutPass dropout(model, 0.5, 1);
  const torch::Tensor x = torch::ones({1000});
  EXPECT_FALSE(torch::equal(dropout(x), dropout(x)));
}

TEST(LayerNorm, NormalisesTheLastAxis) {
  const LayerNorm norm(50, 1e-6);
  const torch::Tensor y = norm.forward(3 + 7 * random_tensor({4, 50}, 5));
  EXPECT_TRUE(torch::allclose(y.mean(-1), torch::zeros({4}), 0, 1e-5));
  EXPECT_TRUE(torch::allclose(y.square().mean(-1), torch::ones({4}), 0, 1e-4));
}

}  // namespace
}  // namespace sciwright::models
