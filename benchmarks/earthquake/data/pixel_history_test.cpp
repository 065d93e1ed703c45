#include "earthquake/data/pixel_history.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

Fortnights quiet(int num) {
  return {.energy = {kGridPixels, num, 14.0},
          .depth_km = {kGridPixels, num},
          .num_events = {kGridPixels, num},
          .num_large = {kGridPixels, num}};
}

TEST(PixelHistory, HoldsTheChosenPixelsInOrder) {
  Fortnights data = quiet(30);
  data.energy.at(900, 3) = 1000;
  const PixelHistory history = pixel_history(data, {5, 900}, {}, 2);
  EXPECT_EQ(history.num_pixels(), 2);
  EXPECT_EQ(history.energy.at(1, 3), 1000);
  EXPECT_DOUBLE_EQ(history.magnitude(1).at(1, 3), 2);
  EXPECT_EQ(history.magnitude(26).at(0, 29), empty_magnitude(26));
}

TEST(PixelHistory, HasTheWindowsOfTheParameters) {
  const PixelHistory history = pixel_history(quiet(60), {5}, {{.name = "x", .window = 52}}, 1);
  EXPECT_EQ(history.magnitude(52).at(0, 59), empty_magnitude(52));
  EXPECT_THROW(history.magnitude(104), Error);
}

TEST(PixelHistory, TargetWindowMeansStartWithAFullYearAndEndWithTheFit) {
  Fortnights data = quiet(60);
  data.energy.at(5, 10) = 1e9;  // Before fortnight 25: only the year's windows still see it.
  data.energy.at(5, 30) = 1e6;
  data.energy.at(5, 40) = 1e9;  // After the fit.
  const PixelHistory history = pixel_history(data, {5}, {}, 1);
  const PixelSeries<double> means = target_window_means(history, 35);
  const double floor = empty_magnitude(1);
  EXPECT_DOUBLE_EQ(means.at(0, 0), (9 * floor + 4) / 10);
  double year = 0;
  for (int k = 25; k < 35; ++k) year += history.magnitude(26).at(0, k) / 10;
  EXPECT_DOUBLE_EQ(means.at(0, 3), year);
  EXPECT_EQ(target_window_means(history, 20).at(0, 1), empty_magnitude(7));
}

TEST(PixelHistory, MovingAveragesWeighTheKnownPastOnly) {
  const std::vector<double> counts = {4, 0, 2};
  const double q = std::exp(-0.5);
  EXPECT_THAT(moving_average_rate(counts, 2),
              testing::ElementsAre(4, testing::DoubleEq(4 * q / (1 + q)),
                                   testing::DoubleEq((2 + 4 * q * q) / (1 + q + q * q))));
}

TEST(PixelHistory, RatesAreLogarithms) {
  Fortnights data = quiet(30);
  data.num_large.at(5, 0) = 3;
  const PixelHistory history = pixel_history(data, {5, 6}, {}, 1);
  ASSERT_EQ(history.log_rates.size(), std::size(kRateTimeConstants));
  EXPECT_FLOAT_EQ(history.log_rates[4].at(0, 0), std::log(3.001F));
  EXPECT_FLOAT_EQ(history.log_rates[4].at(1, 0), std::log(0.001F));
}

}  // namespace
}  // namespace sciwright::earthquake
