#include "cloudmask/data/baselines.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::Lt;

/// A sample with one reflectance.
PixelSample sample_of(std::vector<float> values, std::vector<std::uint8_t> label) {
  return {.num_channels = 1,
          .num_reflectances = 1,
          .values = std::move(values),
          .label = std::move(label)};
}

/// One row of pixels with one channel.
Planes row_of(const std::vector<float>& values) {
  Planes image(1, {1, static_cast<int>(values.size())});
  image.values = values;
  return image;
}

/// Two reflectances and a temperature; cloud by a logistic law of weights 3, 0 and −0.2, 0 at (0.4,
/// …, 280).
PixelSample logistic_sample(std::size_t size) {
  PixelSample sample{.num_channels = 3, .num_reflectances = 2};
  RandomStream random(11);
  for (std::size_t i = 0; i < size; ++i) {
    const double x = random.uniform(0, 0.8);
    const double t = random.uniform(260, 300);
    const double z = 3 * (x - 0.4) - 0.2 * (t - 280);
    for (const double value : {x, random.normal(), t}) {
      sample.values.push_back(static_cast<float>(value));
    }
    sample.label.push_back(random.uniform() < 1 / (1 + std::exp(-z)));
  }
  return sample;
}

TEST(PixelSample, TakesEveryValidPixelOfASmallScene) {
  Scene scene{.num_reflectances = 1,
              .image = row_of({1, 2, 3}),
              .valid = Mask({1, 3}, 1),
              .label = Mask({1, 3})};
  scene.valid.values = {1, 0, 1};
  scene.label.values = {0, 1, 1};
  PixelSample sample;
  add_pixels(sample, scene, 10, 1);
  EXPECT_THAT(sample.values, ElementsAre(1, 3));
  EXPECT_THAT(sample.label, ElementsAre(0, 1));
}

TEST(PixelSample, DrawsOutOfEveryPartOfALargeScene) {
  Scene scene{.num_reflectances = 1,
              .image = Planes(1, {10, 10}),
              .valid = Mask({10, 10}, 1),
              .label = Mask({10, 10})};
  for (std::size_t i = 0; i < 100; ++i) scene.image.values[i] = static_cast<float>(i);
  PixelSample sample;
  add_pixels(sample, scene, 4, 1);
  ASSERT_EQ(sample.size(), 4U);
  for (std::size_t run = 0; run < 4; ++run) {
    EXPECT_EQ(static_cast<int>(sample.values[run]) / 25, static_cast<int>(run));
  }
}

TEST(PixelSample, RefusesAnotherNumberOfChannels) {
  PixelSample sample = sample_of({1}, {1});
  Scene scene{.path = "b.hdf",
              .num_reflectances = 2,
              .image = Planes(2, {1, 1}),
              .valid = Mask({1, 1}, 1),
              .label = Mask({1, 1})};
  try {
    add_pixels(sample, scene, 1, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "b.hdf: has 2 channels, 2 of them reflectances; expected 1 and 1 as the scenes "
                 "before");
  }
}

TEST(Majority, IsTheCloudFraction) {
  const Majority majority = fit_majority(sample_of({1, 1, 1, 1}, {1, 1, 1, 0}));
  EXPECT_THAT(predict(majority, row_of({1, 2})), ElementsAre(0.75F, 0.75F));
}

TEST(ThresholdRule, CutsWhereMostPixelsAreRight) {
  const ThresholdRule rule = fit_threshold(
      sample_of({0.1F, 0.2F, 0.3F, 0.35F, 0.4F, 0.5F}, {0, 1, 0, 0, 1, 1}), {0}, CloudSide::kAbove);
  EXPECT_FLOAT_EQ(rule.threshold, 0.375F);
  EXPECT_DOUBLE_EQ(rule.training_accuracy, 5.0 / 6);
  EXPECT_THAT(predict(rule, row_of({0.37F, 0.38F})), ElementsAre(1.0F / 3, 1.0F));
}

TEST(ThresholdRule, SaysHowLikelyByHowFarAbove) {
  // By hand: 1 | 2, 3 pooled to a half | 4 | 5, each step halfway between its neighbours.
  const ThresholdRule rule = fit_threshold(sample_of({1, 2, 3, 4, 4, 4, 5}, {0, 1, 0, 1, 1, 0, 1}),
                                           {0}, CloudSide::kAbove);
  EXPECT_FLOAT_EQ(rule.threshold, 1.5F);
  EXPECT_THAT(predict(rule, row_of({0, 1.4F, 3.6F, 4.4F, 4.6F, 9})),
              ElementsAre(0, 0, 2.0F / 3, 2.0F / 3, 1, 1));
  const std::vector<float> undecided = predict(rule, row_of({1.6F, 3.4F}));
  EXPECT_THAT(undecided, Each(AllOf(Gt(0.5F), Lt(0.500001F))))
      << "a block of exactly a half is what the rule says";
}

TEST(ThresholdRule, TakesColdForCloud) {
  const ThresholdRule rule =
      fit_threshold(sample_of({250, 260, 290, 295}, {1, 1, 0, 0}), {0}, CloudSide::kBelow);
  EXPECT_FLOAT_EQ(rule.threshold, 275);
  EXPECT_THAT(predict(rule, row_of({200, 300})), ElementsAre(1, 0));
  EXPECT_EQ(describe(rule), "channel 1 < 275.0000");
}

TEST(ThresholdRule, DoesNotCutBetweenEqualValues) {
  const ThresholdRule rule =
      fit_threshold(sample_of({1, 1, 1, 2}, {0, 0, 1, 1}), {0}, CloudSide::kAbove);
  EXPECT_FLOAT_EQ(rule.threshold, 1.5F);
  EXPECT_DOUBLE_EQ(rule.training_accuracy, 0.75);
}

TEST(ThresholdRule, FallsBackToAllOrNothing) {
  const ThresholdRule all = fit_threshold(sample_of({1, 2}, {1, 1}), {0}, CloudSide::kAbove);
  EXPECT_THAT(predict(all, row_of({0})), ElementsAre(1));
  const ThresholdRule nothing = fit_threshold(sample_of({1, 2}, {0, 0}), {0}, CloudSide::kBelow);
  EXPECT_THAT(predict(nothing, row_of({1.5F})), ElementsAre(0));
}

TEST(ThresholdRule, ChoosesAmongChannelsAndTheirMean) {
  const PixelSample sample{.num_channels = 2,
                           .num_reflectances = 2,
                           .values = {0, 1, 1, 0.2F, 0, 1.5F, 1, 0.9F},
                           .label = {0, 0, 1, 1}};
  const ThresholdRule rule = fit_best_threshold(sample, 0, 2, CloudSide::kAbove);
  EXPECT_EQ(describe(rule), "mean of channels 1 to 2 > 0.6750");
}

TEST(LogisticRegression, FindsTheLawTheSampleWasDrawnFrom) {
  const LogisticRegression model = fit_logistic_regression(logistic_sample(20'000));
  // Standard errors at this size: 0.09, 0.02 and 0.003.
  EXPECT_NEAR(model.coefficients[0], 3, 0.3);
  EXPECT_NEAR(model.coefficients[1], 0, 0.06);
  EXPECT_NEAR(model.coefficients[2], -0.2, 0.01);
  EXPECT_LT(model.num_iterations, 15);
}

TEST(LogisticRegression, StaysFiniteForASeparableSample) {
  const LogisticRegression model =
      fit_logistic_regression(sample_of({0.1F, 0.2F, 0.8F, 0.9F}, {0, 0, 1, 1}));
  const std::vector<float> p = predict(model, row_of({0.1F, 0.9F}), 1);
  EXPECT_LT(p[0], 0.5);
  EXPECT_GT(p[1], 0.5);
  EXPECT_TRUE(std::isfinite(model.intercept));
}

TEST(LogisticRegression, IgnoresAConstantChannel) {
  PixelSample sample = logistic_sample(1000);
  for (std::size_t i = 0; i < sample.size(); ++i) sample.values[3 * i + 1] = 7;
  EXPECT_EQ(fit_logistic_regression(sample).coefficients[1], 0);
}

TEST(LogisticRegression, PredictsAlikeOnAnyNumberOfThreads) {
  const LogisticRegression model = fit_logistic_regression(sample_of({0, 1, 2}, {0, 1, 1}));
  const Planes image = row_of({0, 0.5F, 1, 1.5F, 2});
  EXPECT_EQ(predict(model, image, 1), predict(model, image, 3));
}

TEST(Baselines, ArePredictedByName) {
  const Baselines baselines = fit_baselines(logistic_sample(500));
  Planes image(3, {1, 1});
  image.values = {0.4F, 0, 240};
  const auto masks = predict_baselines(baselines, image, 1);
  std::vector<std::string> names;
  for (const auto& [name, mask] : masks) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("brightness_threshold", "logistic_regression", "majority",
                                 "temperature_threshold"));
  EXPECT_GT(masks.at("logistic_regression")[0], 0.9);
  EXPECT_GT(masks.at("temperature_threshold")[0], 0.5);
}

TEST(Baselines, NeedAPixel) { EXPECT_THROW(fit_baselines({}), Error); }

}  // namespace
}  // namespace sciwright::cloudmask
