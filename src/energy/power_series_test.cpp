#include "energy/power_series.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/test_traces.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;

TEST(PowerSeries, HasAGapWhereTheSensorWasSilent) {
  const PowerSeries series = power_series(power_trace({{0, 100}, {1, std::nullopt}, {2, 90}}), 0);
  EXPECT_FALSE(series.stepped);
  EXPECT_THAT(series.utc_ns, ElementsAre(0, kSecondNs, 2 * kSecondNs));
  EXPECT_EQ(series.power_w.at(0), 100);
  EXPECT_TRUE(std::isnan(series.power_w.at(1)));
  EXPECT_EQ(series.power_w.at(2), 90);
}

TEST(PowerSeries, IsBrokenWhereTheAccountingDrawsNoLine) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {2, 100}, {9, 90}, {10, 90}, {11, 90}, {12, 80}});
  trace.samples.back().session = 1;
  const PowerSeries series = power_series(trace, 0);
  EXPECT_THAT(series.utc_ns,
              ElementsAre(0, kSecondNs, 2 * kSecondNs, 2 * kSecondNs, 9 * kSecondNs, 10 * kSecondNs,
                          11 * kSecondNs, 11 * kSecondNs, 12 * kSecondNs));
  EXPECT_TRUE(std::isnan(series.power_w.at(3)));
  EXPECT_TRUE(std::isnan(series.power_w.at(7)));
  EXPECT_EQ(series.power_w.at(8), 80);
}

TEST(PowerSeries, IsTheMeanPowerBetweenTicksOfACounter) {
  const PowerSeries series = power_series(counter_trace({{0, 0}, {1, 50}, {3, 250}}), 0);
  EXPECT_TRUE(series.stepped);
  EXPECT_THAT(series.utc_ns, ElementsAre(0, kSecondNs, 3 * kSecondNs));
  EXPECT_DOUBLE_EQ(series.power_w.at(0), 50);
  EXPECT_DOUBLE_EQ(series.power_w.at(1), 100);
  EXPECT_TRUE(std::isnan(series.power_w.at(2)));
}

TEST(PowerSeries, IsUnknownWhereACounterFellOrASessionEnded) {
  Trace trace = counter_trace({{0, 100}, {1, 5}, {2, 10}, {3, 20}});
  trace.samples[2].session = trace.samples[3].session = 1;
  const PowerSeries series = power_series(trace, 0);
  EXPECT_TRUE(std::isnan(series.power_w.at(0)));
  EXPECT_TRUE(std::isnan(series.power_w.at(1)));
  EXPECT_DOUBLE_EQ(series.power_w.at(2), 10);
}

}  // namespace
}  // namespace sciwright::energy
