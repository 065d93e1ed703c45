#include "hello/data/wave.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::hello {
namespace {

using ::testing::ElementsAre;

TEST(Wave, DependsOnItsSeedOnly) {
  EXPECT_EQ(make_wave(100, 0.1, 3), make_wave(100, 0.1, 3));
  EXPECT_NE(make_wave(100, 0.1, 3), make_wave(100, 0.1, 4));
}

TEST(Wave, IsASineWithoutNoise) {
  const auto wave = make_wave(26, 0, 1);
  EXPECT_NEAR(wave[0], 0, 1e-6);
  EXPECT_NEAR(wave[25], 0, 1e-6);
  EXPECT_NEAR(wave[6], 0.998, 1e-3);
}

TEST(Wave, BaselinesKnowOnlyThePast) {
  const std::vector<float> wave = {1, 3, 5, 7};
  EXPECT_THAT(persistence(wave, 2), ElementsAre(3, 5));
  EXPECT_THAT(climatology(wave, 2), ElementsAre(2, 2));
}

TEST(Wave, ScoresByMeanSquaredError) { EXPECT_EQ(mean_squared_error({1, 2}, {1, 4}), 2); }

}  // namespace
}  // namespace sciwright::hello
