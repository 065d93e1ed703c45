#include "earthquake/data/windows.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "earthquake/data/daily_bins.h"

namespace sciwright::earthquake {
namespace {

std::vector<double> sums_of(const std::vector<double>& energy, int window) {
  std::vector<double> sums(energy.size());
  window_energy(energy, window, sums);
  return sums;
}

TEST(Windows, SumTheLastFortnights) {
  EXPECT_THAT(sums_of({1, 2, 4, 8, 16}, 3),
              testing::ElementsAre(testing::IsNan(), testing::IsNan(), 7, 14, 28));
}

TEST(Windows, AreTheFortnightItselfForLengthOne) {
  EXPECT_THAT(sums_of({3, 5}, 1), testing::ElementsAre(3, 5));
}

TEST(Windows, LongerThanTheDataAreUnknown) {
  EXPECT_THAT(sums_of({3, 5}, 104), testing::Each(testing::IsNan()));
}

TEST(Windows, KeepSmallValuesAfterAGreatOne) {
  // A difference of prefix sums would be off by 1e-5 after the great value.
  std::vector<double> energy(60, 14.25);
  energy[10] = 3.1e11;
  const std::vector<double> sums = sums_of(energy, 13);
  for (std::size_t k = 23; k < energy.size(); ++k) EXPECT_EQ(sums[k], 13 * 14.25);
}

TEST(Windows, EqualPlainSumsForEveryLength) {
  RandomStream random(7);
  std::vector<double> energy(300);
  for (double& value : energy) value = 14 + std::pow(10, random.uniform(0, 11));
  for (int window = 1; window <= 104; ++window) {
    const std::vector<double> sums = sums_of(energy, window);
    for (int k = window - 1; k < 300; ++k) {
      double plain = 0;
      for (int j = 0; j < window; ++j) plain += energy[static_cast<std::size_t>(k - j)];
      ASSERT_NEAR(sums[static_cast<std::size_t>(k)] / plain, 1, 1e-14) << window << " " << k;
    }
  }
}

TEST(Windows, OfEmptyFortnightsHaveTheReferencesFloors) {
  const std::vector<std::pair<int, double>> floors = {{1, .764},   {2, .965},   {4, 1.165},
                                                      {7, 1.327},  {13, 1.507}, {26, 1.707},
                                                      {52, 1.908}, {104, 2.109}};
  for (const auto& [window, floor] : floors) {
    EXPECT_NEAR(empty_magnitude(window), floor, 5e-4);
    PixelSeries<double> energy(1, 110, 14.0);
    EXPECT_EQ(window_magnitudes(energy, window, 1).at(0, 109), empty_magnitude(window));
  }
}

TEST(Windows, GiveTheMagnitudeOfTheSum) {
  const PixelSeries<double> energy = [] {
    PixelSeries<double> series(2, 3, 14.0);
    series.at(1, 1) = energy_of_magnitude(5) - 14;
    return series;
  }();
  const PixelSeries<double> magnitudes = window_magnitudes(energy, 2, 2);
  EXPECT_TRUE(std::isnan(magnitudes.at(1, 0)));
  EXPECT_DOUBLE_EQ(magnitudes.at(1, 1), 5);
  EXPECT_DOUBLE_EQ(magnitudes.at(1, 2), 5);
  EXPECT_EQ(magnitudes.at(0, 2), empty_magnitude(2));
}

TEST(Windows, ScaleEnergyAsTheReferenceTransformsMagnitudes) {
  const double m = 4.4;
  const double energy = energy_of_magnitude(m);
  EXPECT_NEAR(scaled_energy(energy, MagnitudeTransform::kNone), m, 1e-12);
  EXPECT_NEAR(scaled_energy(energy, MagnitudeTransform::kQuarterPower),
              std::pow(10, .375 * (m - 3.29)), 1e-12);
  EXPECT_NEAR(scaled_energy(energy, MagnitudeTransform::kHalfPower), std::pow(10, .75 * (m - 3.29)),
              1e-12);
}

}  // namespace
}  // namespace sciwright::earthquake
