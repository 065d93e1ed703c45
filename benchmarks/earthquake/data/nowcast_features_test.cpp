#include "earthquake/data/nowcast_features.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "earthquake/data/daily_bins.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

constexpr int kCentre = 20 * kGridColumns + 30;

Fortnights quiet(int num) {
  return {.energy = {kGridPixels, num, 14.0},
          .depth_km = {kGridPixels, num},
          .num_events = {kGridPixels, num},
          .num_large = {kGridPixels, num}};
}

/// Events in every fortnight from `first` on, at the centre and its neighbours to the east.
void shake(Fortnights& data, int first, std::uint64_t seed) {
  RandomStream random(seed);
  for (int loc = kCentre; loc < kCentre + 5; ++loc) {
    for (int k = first; k < data.num(); ++k) {
      data.energy.at(loc, k) = 14 + std::pow(10, random.uniform(0, 6));
      data.num_events.at(loc, k) = static_cast<std::int32_t>(1 + random.poisson(2));
      data.num_large.at(loc, k) = static_cast<std::int32_t>(random.poisson(0.5));
    }
  }
}

/// The value of a feature of the first pixel at a fortnight.
float value(const FeatureTensor& features, const std::string& name, int fortnight) {
  const std::vector<std::string>& names = nowcast_feature_names();
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return features.at(
      0, fortnight - kDroppedFortnights)[static_cast<std::size_t>(found - names.begin())];
}

TEST(NowcastFeatures, HaveThirtySevenNames) {
  const std::vector<std::string>& names = nowcast_feature_names();
  EXPECT_EQ(names.size(), std::size_t{kNumNowcastFeatures});
  EXPECT_EQ(names[0], "window 1");
  EXPECT_EQ(names[19], "events 260");
  EXPECT_EQ(names[23], "near 1 now");
  EXPECT_EQ(names[30], "near 2.5 mean");
  EXPECT_EQ(names[36], "quiet");
}

TEST(NowcastFeatures, OfAQuietPixelAreThoseOfNothing) {
  const FeatureTensor features = nowcast_features(quiet(40), {7}, 1);
  ASSERT_EQ(features.num_times, 15);
  const std::span<const float> row = features.at(0, 10);  // Fortnight 35.
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string& name = nowcast_feature_names()[i];
    const float expected = name.starts_with("large")   ? std::log(0.01F)
                           : name == "events 260"      ? std::log(0.05F)
                           : name.starts_with("quiet") ? std::log(1.0F + 50 + 36)
                                                       : 0.0F;
    EXPECT_NEAR(row[i], expected, 1e-6) << name;
  }
}

TEST(NowcastFeatures, SeeOneEarthquake) {
  Fortnights data = quiet(40);
  data.energy.at(kCentre, 30) = 14e6;  // 4 magnitudes above an empty fortnight.
  data.num_events.at(kCentre, 30) = 2;
  data.num_large.at(kCentre, 30) = 1;
  const FeatureTensor features = nowcast_features(data, {kCentre}, 1);

  EXPECT_NEAR(value(features, "window 1", 30), 4 - 4.0 / 6, 1e-6);
  EXPECT_NEAR(value(features, "window 1", 31), -4.0 / 7, 1e-6);
  const double above = std::log10((1 + 1e6) / 2) / 1.5;
  EXPECT_NEAR(value(features, "window 2", 31), above - 2 * above / 7, 1e-5);
  EXPECT_NEAR(value(features, "mean", 33), 4.0 / 9, 1e-6);
  EXPECT_NEAR(value(features, "quiet", 30), 0, 1e-6);
  EXPECT_NEAR(value(features, "quiet", 33), std::log(4), 1e-6);

  const double q = std::exp(-1.0 / 13);
  const double weight = std::pow(q, 2) * (1 - q) / (1 - std::pow(q, 33));  // Two fortnights later.
  EXPECT_NEAR(value(features, "average 13", 32), 4 * weight - 4.0 / 8, 1e-6);
  EXPECT_NEAR(value(features, "large 13", 32), std::log(0.01 + weight), 1e-5);
  const double long_q = std::exp(-1.0 / 260);
  const double long_weight = std::pow(long_q, 2) * (1 - long_q) / (1 - std::pow(long_q, 33));
  EXPECT_NEAR(value(features, "events 260", 32), std::log(0.05 + 2 * long_weight), 1e-5);
  EXPECT_NEAR(value(features, "events 13", 32),
              std::log(0.05 + 2 * weight) - std::log(0.05 + 2 * long_weight), 1e-5);
}

TEST(NowcastFeatures, SeeAnEarthquakeNextDoor) {
  Fortnights data = quiet(40);
  data.energy.at(kCentre + 1, 30) = 14e6;
  const FeatureTensor features = nowcast_features(data, {kCentre}, 1);
  double sum = 0;
  for (int d = -4; d <= 4; ++d) sum += std::exp(-0.5 * d * d);
  const double smoothed = 4 * std::exp(-0.5) / (sum * sum);
  EXPECT_NEAR(value(features, "near 1 now", 30), smoothed * 5 / 6, 1e-6);
  EXPECT_NEAR(value(features, "near 1 mean", 30), smoothed / 6, 1e-6);
  EXPECT_NEAR(value(features, "window 1", 30), 0, 1e-6);
  EXPECT_GT(value(features, "near 2.5 average 4", 30), 0);
}

TEST(NowcastFeatures, DoNotChangeWithWhatComesLater) {
  constexpr int kNum = 90;
  constexpr int kLater = 60;
  Fortnights data = quiet(kNum);
  shake(data, 0, 1);
  const FeatureTensor before = nowcast_features(data, {kCentre, kCentre + 2}, 1);
  shake(data, kLater, 2);
  const FeatureTensor after = nowcast_features(data, {kCentre, kCentre + 2}, 1);
  for (int pixel = 0; pixel < 2; ++pixel) {
    for (int i = 0; i < kLater - kDroppedFortnights; ++i) {
      ASSERT_THAT(after.at(pixel, i), testing::ElementsAreArray(before.at(pixel, i))) << i;
    }
    EXPECT_THAT(
        after.at(pixel, kLater - kDroppedFortnights),
        testing::Not(testing::ElementsAreArray(before.at(pixel, kLater - kDroppedFortnights))));
  }
}

TEST(NowcastFeatures, DoNotDependOnTheNumberOfThreads) {
  Fortnights data = quiet(60);
  shake(data, 0, 1);
  const std::vector<int> locs = {kCentre, kCentre + 1, kCentre + 4};
  EXPECT_EQ(nowcast_features(data, locs, 1).values, nowcast_features(data, locs, 2).values);
}

TEST(SmoothedMaps, KeepAConstantUpToTheBorder) {
  const PixelSeries<double> maps(kGridPixels, 2, 3.0);
  const PixelSeries<double> smoothed = smoothed_maps(maps, 2.5, {0, 59, kCentre, 2399}, 1);
  for (const double each : smoothed.values) EXPECT_NEAR(each, 3, 1e-12);
}

TEST(SmoothedMaps, ContinueTheBorder) {
  PixelSeries<double> maps(kGridPixels, 1);
  maps.at(0, 0) = 1;
  double outside = 0;  // Weights of the corner and what lies beyond it.
  double sum = 0;
  for (int d = -4; d <= 4; ++d) {
    sum += std::exp(-0.5 * d * d);
    if (d <= 0) outside += std::exp(-0.5 * d * d);
  }
  EXPECT_NEAR(smoothed_maps(maps, 1, {0}, 1).at(0, 0), std::pow(outside / sum, 2), 1e-12);
}

TEST(ExpandingMean, StartsAtFortnight25) {
  std::vector<double> values(28, 100.0);
  values[25] = 1;
  values[26] = 2;
  values[27] = 6;
  const std::vector<double> means = expanding_mean(values);
  EXPECT_TRUE(std::isnan(means[24]));
  EXPECT_THAT(std::vector<double>(means.begin() + 25, means.end()),
              testing::ElementsAre(1, 1.5, 3));
}

TEST(WindowEnergyFromStart, CountsWhatIsBeforeTheDataAsEmpty) {
  const std::vector<double> energy = {20, 14, 30};
  EXPECT_THAT(window_energy_from_start(energy, 3), testing::ElementsAre(48, 48, 64));
}

}  // namespace
}  // namespace sciwright::earthquake
