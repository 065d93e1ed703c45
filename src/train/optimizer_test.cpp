#include "train/optimizer.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::train {
namespace {

constexpr StepCounts kSteps = {.per_epoch = 4, .all = 12};

/// The learning rates of the first `count` steps, from 8.
std::vector<double> rates(OptimizerSettings settings, int count) {
  settings.learning_rate = 8;
  std::vector<double> out;
  for (int step = 0; step < count; ++step) {
    out.push_back(learning_rate_at(settings, step, kSteps));
  }
  return out;
}

TEST(Schedule, ConstantStays) {
  EXPECT_EQ(rates({.schedule = "constant"}, 3), (std::vector<double>{8, 8, 8}));
}

TEST(Schedule, CosineWarmsUpAndFallsToZero) {
  // A quarter of 12 steps rises by 2 a step; half a cosine over the other nine.
  const std::vector<double> r = rates({.schedule = "cosine", .warmup_fraction = 0.25}, 13);
  EXPECT_EQ((std::vector<double>{r[0], r[1], r[2], r[3]}), (std::vector<double>{2, 4, 6, 8}));
  EXPECT_DOUBLE_EQ(r[6], 8 * 0.75);
  EXPECT_DOUBLE_EQ(r[9], 8 * 0.25);
  EXPECT_EQ(r[12], 0);
}

TEST(Schedule, StepFallsAfterEachSpanOfEpochs) {
  EXPECT_EQ(rates({.schedule = "step", .decay_factor = 0.5, .decay_epochs = 1}, 9),
            (std::vector<double>{8, 8, 8, 8, 4, 4, 4, 4, 2}));
  EXPECT_EQ(rates({.schedule = "step", .decay_factor = 0.5, .decay_epochs = 0.5}, 5),
            (std::vector<double>{8, 8, 4, 4, 2}));
}

TEST(Schedule, ExponentialFallsALittleWithEveryStep) {
  // A sixteenth an epoch of four steps is a half a step.
  EXPECT_EQ(rates({.schedule = "exponential", .decay_factor = 0.0625, .decay_epochs = 1}, 5),
            (std::vector<double>{8, 4, 2, 1, 0.5}));
  EXPECT_EQ(rates({.schedule = "exponential", .decay_factor = 0.0625, .decay_epochs = 2}, 9)[8],
            0.5);
}

TEST(Schedule, RejectsAnUnknownName) { EXPECT_THROW(rates({.schedule = "linear"}, 1), Error); }

}  // namespace
}  // namespace sciwright::train
