#include "models/space_time_transformer.h"

#include <gtest/gtest.h>

#include "models/tiny_training.h"

namespace sciwright::models {
namespace {

SpaceTimeTransformerSettings small() {
  return {.num_inputs = 5,
          .num_outputs = 3,
          .model_size = 8,
          .num_heads = 2,
          .num_encoder_layers = 2,
          .feed_forward_units = 16,
          .lstm_units = 6,
          .final_units = 8};
}

TEST(SpaceTimeTransformer, HasTheReferencesWeights) {
  EXPECT_EQ(num_weights(SpaceTimeTransformer({}, 1)), 2'482'456);
}

TEST(SpaceTimeTransformer, GivesOneRowOfOutputsPerPixel) {
  SpaceTimeTransformer model({}, 1);
  const torch::NoGradGuard no_gradients;
  EXPECT_EQ(model.forward(random_tensor({2, 10, 26, 27}, 1)).sizes(),
            torch::IntArrayRef({2, 10, 24}));
}

TEST(SpaceTimeTransformer, KeepsSamplesApartButNotPixels) {
  SpaceTimeTransformer model(small(), 1);
  model.eval();
  const torch::Tensor x = random_tensor({2, 4, 6, 5}, 2);
  torch::Tensor changed = x.clone();
  changed[0][1].add_(1);
  const torch::Tensor difference =
      (model.forward(changed) - model.forward(x)).abs().amax(-1);  // [samples, pixels]
  EXPECT_GT(difference[0].min().item<double>(), 1e-6);
  EXPECT_EQ(difference[1].max().item<double>(), 0);
}

TEST(SpaceTimeEncoderLayer, SeesNoLaterStep) {
  Initializer weights(1);
  const SpaceTimeEncoderLayer layer(weights, small(), 8);
  DropoutPass no_dropout(layer, 0, 0);
  const torch::Tensor u = random_tensor({1, 4, 6, 8}, 2);
  torch::Tensor changed = u.clone();
  changed.slice(2, 4).add_(1);
  const torch::Tensor difference =
      (layer.forward(changed, changed, no_dropout) - layer.forward(u, u, no_dropout)).abs();
  EXPECT_EQ(difference.slice(2, 0, 4).max().item<double>(), 0);
  EXPECT_GT(difference.slice(2, 4).min().item<double>(), 0);
}

TEST(SpaceTimeTransformer, RepeatsAPassWithItsSeed) {
  const SpaceTimeTransformer model(small(), 1);
  const torch::Tensor x = random_tensor({1, 4, 6, 5}, 2);
  EXPECT_TRUE(torch::equal(model.forward(x, 3), model.forward(x, 3)));
  EXPECT_FALSE(torch::equal(model.forward(x, 3), model.forward(x, 4)));
}

TEST(SpaceTimeTransformer, LearnsATinyFixedSet) {
  SpaceTimeTransformer model(small(), 1);
  const torch::Tensor x = random_tensor({2, 4, 6, 5}, 2);
  const auto losses = losses_of_tiny_training(
      model, [&] { return model.forward(x); }, random_tensor({2, 4, 3}, 3), 100);
  EXPECT_LT(losses.back(), 0.1 * losses.front());
}

}  // namespace
}  // namespace sciwright::models
