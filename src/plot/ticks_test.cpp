#include "plot/ticks.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> labels(const Ticks& ticks) {
  std::vector<std::string> out;
  for (const Tick& tick : ticks.major) out.push_back(tick.label);
  return out;
}

std::vector<double> values(const Ticks& ticks) {
  std::vector<double> out;
  for (const Tick& tick : ticks.major) out.push_back(tick.value);
  return out;
}

double days(int year, int month = 1, int day = 1) {
  const std::chrono::sys_days date(std::chrono::year(year) / month / day);
  return static_cast<double>(date.time_since_epoch().count());
}

TEST(LinearTicks, StepsByOneTwoOrFive) {
  EXPECT_THAT(labels(linear_ticks(0, 1, 5)), ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(labels(linear_ticks(-7, 12, 4)), ElementsAre("−5", "0", "5", "10"));
  EXPECT_THAT(labels(linear_ticks(0, 100, 10)), SizeIs(11));
}

TEST(LinearTicks, AreTheNearestDoubles) {
  EXPECT_THAT(values(linear_ticks(0, 0.35, 4)), ElementsAre(0, 0.1, 0.2, 0.3));
}

TEST(LinearTicks, ShareAPowerOfTenWhenHuge) {
  const Ticks ticks = linear_ticks(0, 3.3e9, 4);
  EXPECT_THAT(labels(ticks), ElementsAre("0", "1", "2", "3"));
  EXPECT_EQ(ticks.exponent, 9);
}

TEST(LinearTicks, ShareAPowerOfTenWhenTiny) {
  const Ticks ticks = linear_ticks(2.4e-7, 2.6e-7, 2);
  EXPECT_THAT(labels(ticks), ElementsAre("2.4", "2.5", "2.6"));
  EXPECT_EQ(ticks.exponent, -7);
}

TEST(LinearTicks, ResolveASmallRangeFarFromZero) {
  EXPECT_THAT(labels(linear_ticks(2019.98, 2020.02, 2)),
              ElementsAre("2019.98", "2020.00", "2020.02"));
}

TEST(LinearTicks, SurviveTheLargestDoubles) {
  const Ticks ticks = linear_ticks(-1.7e308, 1.7e308, 4);
  EXPECT_THAT(labels(ticks), ElementsAre("−1", "0", "1"));
  EXPECT_EQ(ticks.exponent, 308);
}

TEST(LogTicks, AreDecadesWithMinorTicksBetween) {
  const Ticks ticks = log_ticks(0.5, 200, 5);
  EXPECT_THAT(labels(ticks), ElementsAre("1", "10", "100"));
  EXPECT_EQ(ticks.minor.front(), 0.5);
  EXPECT_EQ(ticks.minor.back(), 200);
}

TEST(LogTicks, ArePowersWhenPlainNumbersWouldBeLong) {
  EXPECT_THAT(labels(log_ticks(1e-6, 1e-3, 5)), ElementsAre("10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³"));
}

TEST(LogTicks, SkipDecadesOnALongAxis) {
  const Ticks ticks = log_ticks(1e-12, 1e12, 6);
  EXPECT_THAT(labels(ticks), ElementsAre("10⁻¹⁰", "10⁻⁵", "10⁰", "10⁵", "10¹⁰"));
  EXPECT_THAT(ticks.minor, IsEmpty());
}

TEST(LogTicks, HaveOneTwoFiveWithinTwoDecades) {
  EXPECT_THAT(labels(log_ticks(0.0012, 0.021, 5)), ElementsAre("0.002", "0.005", "0.01", "0.02"));
}

TEST(LogTicks, FallBackToLinearStepsWithinAFewPercent) {
  EXPECT_THAT(labels(log_ticks(0.61, 0.64, 3)), ElementsAre("0.61", "0.62", "0.63", "0.64"));
}

TEST(DateTicks, AreDecadesOverACentury) {
  EXPECT_THAT(labels(date_ticks(days(1949, 6, 1), days(2026, 3, 1), 8)),
              ElementsAre("1950", "1960", "1970", "1980", "1990", "2000", "2010", "2020"));
}

TEST(DateTicks, FallOnTheFirstOfTheMonth) {
  const Ticks ticks = date_ticks(days(2018, 11, 20), days(2019, 8, 15), 4);
  EXPECT_THAT(labels(ticks), ElementsAre("2019-01", "2019-04", "2019-07"));
  EXPECT_THAT(values(ticks), ElementsAre(days(2019), days(2019, 4), days(2019, 7)));
}

TEST(DateTicks, KnowLeapDays) {
  EXPECT_THAT(labels(date_ticks(days(2020, 2, 28), days(2020, 3, 2), 4)),
              ElementsAre("2020-02-28", "2020-02-29", "2020-03-01", "2020-03-02"));
}

TEST(DateTicks, ShowHoursWithinTwoDays) {
  EXPECT_THAT(labels(date_ticks(days(2019, 7, 5) + 0.1, days(2019, 7, 6) + 0.1, 3)),
              ElementsAre("07-05 12:00", "07-06 00:00"));
}

TEST(DateTicks, WorkBeforeTheYearZero) {
  EXPECT_THAT(labels(date_ticks(days(-150), days(60), 3)), ElementsAre("-100", "0"));
}

TEST(DateTicks, ShowNumbersBeyondTheCalendar) { EXPECT_EQ(date_ticks(0, 1e9, 4).exponent, 9); }

TEST(CategoryTicks, CountFromZero) {
  const Ticks ticks = category_ticks({"A100", "V100"});
  EXPECT_THAT(labels(ticks), ElementsAre("A100", "V100"));
  EXPECT_THAT(values(ticks), ElementsAre(0, 1));
}

}  // namespace
}  // namespace sciwright::plot
