#include "energy/power_curve.h"

#include <gtest/gtest.h>

#include "energy/test_traces.h"

namespace sciwright::energy {
namespace {

const std::vector<Window> kAlways = {{-1000 * kSecondNs, 100'000 * kSecondNs}};

TEST(PowerCurve, IntegratesOnRealTime) {
  const PowerCurve curve = PowerCurve::of_power(power_trace({{0, 100}, {1, 100}, {3, 200}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 400);
  EXPECT_DOUBLE_EQ(curve.covered_s(kAlways), 3);
}

TEST(PowerCurve, DoesNotTakeEverySampleForOneSecond) {
  const PowerCurve curve = PowerCurve::of_power(power_trace({{0, 100}, {2, 100}, {4, 100}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 400);
}

TEST(PowerCurve, GivesTheTrueEnergyOfTheStoredA100Traces) {
  std::vector<std::pair<double, std::optional<double>>> samples;
  for (int i = 0; i < 4520; ++i) samples.emplace_back(i * 2.19, 316.64);
  const PowerCurve curve = PowerCurve::of_power(power_trace(samples), 0);
  EXPECT_NEAR(curve.joules(kAlways), 3.134e6, 0.5e3);
  EXPECT_NEAR(curve.joules(kAlways) / 3.6e6, 0.8705, 0.5e-4);
}

TEST(PowerCurve, TakesPartsOfPieces) {
  const PowerCurve curve = PowerCurve::of_power(power_trace({{0, 0}, {10, 100}, {20, 100}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules({{2 * kSecondNs, 4 * kSecondNs}}), 60);
  EXPECT_DOUBLE_EQ(curve.joules({{5 * kSecondNs, 15 * kSecondNs}}), 375 + 500);
  EXPECT_DOUBLE_EQ(*curve.power_w(5 * kSecondNs), 50);
  EXPECT_EQ(curve.power_w(21 * kSecondNs), std::nullopt);
}

TEST(PowerCurve, LeavesAHoleWhereASensorVanished) {
  const PowerCurve curve = PowerCurve::of_power(
      power_trace({{0, 100}, {1, 100}, {2, std::nullopt}, {3, 100}, {4, 100}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 200);
  EXPECT_DOUBLE_EQ(curve.covered_s(kAlways), 2);
}

TEST(PowerCurve, LeavesAHoleInALongGap) {
  const PowerCurve curve =
      PowerCurve::of_power(power_trace({{0, 100}, {1, 100}, {2, 100}, {60, 100}, {61, 100}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 300);
}

TEST(PowerCurve, DoesNotJoinSessions) {
  Trace trace = power_trace({{0, 100}, {1, 100}, {2, 100}, {3, 100}});
  trace.samples[2].session = trace.samples[3].session = 1;
  EXPECT_DOUBLE_EQ(PowerCurve::of_power(trace, 0).joules(kAlways), 200);
}

TEST(PowerCurve, TakesTheCounterOverAQuestionWithoutAnswer) {
  const PowerCurve curve =
      PowerCurve::of_counter(counter_trace({{0, 1000}, {1, std::nullopt}, {2, 1300}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 300);
  EXPECT_DOUBLE_EQ(curve.joules({{0, kSecondNs}}), 150);
}

TEST(PowerCurve, LeavesAHoleWhereTheCounterFell) {
  const PowerCurve curve =
      PowerCurve::of_counter(counter_trace({{0, 1000}, {1, 1100}, {2, 5}, {3, 55}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 150);
  EXPECT_DOUBLE_EQ(curve.covered_s(kAlways), 2);
}

TEST(PowerCurve, LeavesAHoleWhereTheCounterRoseByMoreThanTheDeviceCanDraw) {
  const PowerCurve curve =
      PowerCurve::of_counter(counter_trace({{0, 0}, {1, 100}, {2, 1e9}, {3, 1e9 + 50}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 150);
  EXPECT_DOUBLE_EQ(curve.covered_s(kAlways), 2);
}

TEST(PowerCurve, CountsEachMomentOfOverlappingSessionsOnce) {
  Trace trace = power_trace({{0, 200}, {1, 200}, {2, 200}, {0.5, 200}, {1.5, 200}, {2.5, 200}});
  for (std::size_t i = 3; i < 6; ++i) trace.samples[i].session = 1;
  const PowerCurve curve = PowerCurve::of_power(trace, 0);
  EXPECT_DOUBLE_EQ(curve.joules(kAlways), 500);
  EXPECT_DOUBLE_EQ(curve.covered_s(kAlways), 2.5);
}

TEST(PowerCurve, SpreadsATickOverTheTimeSinceTheLastOne) {
  const PowerCurve curve =
      PowerCurve::of_counter(counter_trace({{0, 0}, {1, 0}, {2, 30}, {3, 30}, {4, 30}}), 0);
  EXPECT_DOUBLE_EQ(curve.joules({{0, kSecondNs}}), 15);
  EXPECT_DOUBLE_EQ(curve.covered_s(kAlways), 2);  // what came after the last tick is not known
}

TEST(PowerCurve, JoinsWindowsThatOverlap) {
  const std::vector<Window> windows = merged({{5, 9}, {0, 3}, {2, 5}, {20, 20}});
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].begin_ns, 0);
  EXPECT_EQ(windows[0].end_ns, 9);
}

}  // namespace
}  // namespace sciwright::energy
