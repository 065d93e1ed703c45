#include "models/lstm.h"

#include <gtest/gtest.h>

#include "models/tiny_training.h"

namespace sciwright::models {
namespace {

LstmSettings small() {
  return {.num_inputs = 5, .num_outputs = 3, .initial_units = 8, .lstm_units = 6, .final_units = 8};
}

TEST(Lstm, HasTheReferencesWeights) { EXPECT_EQ(num_weights(Lstm({}, 1)), 65'560); }

TEST(Lstm, HasTheWeightsOfTheReferencesCovidCase) {
  EXPECT_EQ(num_weights(Lstm({.num_inputs = 23, .num_outputs = 38}, 1)), 66'854);
}

TEST(Lstm, GivesOneRowOfOutputsPerSample) {
  const Lstm model({}, 1);
  EXPECT_EQ(model.forward(random_tensor({7, 26, 27}, 1)).sizes(), torch::IntArrayRef({7, 24}));
}

TEST(Lstm, RepeatsAPassWithItsSeed) {
  const Lstm model(small(), 1);
  const torch::Tensor x = random_tensor({9, 4, 5}, 2);
  EXPECT_TRUE(torch::equal(model.forward(x, 3), model.forward(x, 3)));
  EXPECT_FALSE(torch::equal(model.forward(x, 3), model.forward(x, 4)));
}

TEST(Lstm, LearnsATinyFixedSet) {
  Lstm model(small(), 1);
  const torch::Tensor x = random_tensor({6, 4, 5}, 2);
  const auto losses = losses_of_tiny_training(
      model, [&] { return model.forward(x); }, random_tensor({6, 3}, 3), 100);
  EXPECT_LT(losses.back(), 0.1 * losses.front());
}

}  // namespace
}  // namespace sciwright::models
