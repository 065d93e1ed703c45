#include "earthquake/data/fortnights.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"

namespace sciwright::earthquake {
namespace {

DailyBin bin(int day, int loc, double energy, double depth_km) {
  return {.day = day,
          .loc = loc,
          .energy = energy,
          .energy_depth_km = energy * depth_km,
          .num_events = 2,
          .num_large = 1};
}

TEST(Fortnights, KnowTheFirstWithAnEvent) {
  const DailyBins days = {.bins = {bin(40, 7, 100, 8), bin(60, 5, 300, 4)}, .num_days = 87};
  EXPECT_EQ(first_event_fortnight(fortnights_of(days)), 2);
  EXPECT_EQ(first_event_fortnight(fortnights_of({.bins = {}, .num_days = 87})), 6);
}

TEST(Fortnights, SumDaysWithOneUnitOfEnergyForEachEmptyDay) {
  // Days 3 … 16 are fortnight 0; two of its days have events.
  const Fortnights fortnights =
      fortnights_of({.bins = {bin(3, 5, 100, 8), bin(16, 5, 300, 4)}, .num_days = 17});
  ASSERT_EQ(fortnights.num(), 1);
  EXPECT_DOUBLE_EQ(fortnights.energy.at(5, 0), 12 + 100 + 300);
  EXPECT_FLOAT_EQ(fortnights.depth_km.at(5, 0), (100 * 8 + 300 * 4) / 412.0F);
  EXPECT_EQ(fortnights.num_events.at(5, 0), 4);
  EXPECT_EQ(fortnights.num_large.at(5, 0), 2);
  EXPECT_DOUBLE_EQ(fortnights.energy.at(6, 0), 14);
}

TEST(Fortnights, LeaveOutTheFirstThreeDaysAndAnUnfinishedFortnight) {
  const Fortnights fortnights = fortnights_of(
      {.bins = {bin(2, 0, 100, 1), bin(17, 0, 100, 1), bin(31, 0, 100, 1)}, .num_days = 44});
  ASSERT_EQ(fortnights.num(), 2);
  EXPECT_DOUBLE_EQ(fortnights.energy.at(0, 0), 14);
  EXPECT_DOUBLE_EQ(fortnights.energy.at(0, 1), 113);
}

TEST(Fortnights, EndWhereTheyAreTold) {
  const DailyBins days{.bins = {bin(3, 0, 9, 1)}, .num_days = 3 + 14 * 10};
  EXPECT_EQ(fortnights_of(days, 3 + 14 * 4 + 13).num(), 4);
  EXPECT_EQ(fortnights_of(days, 100'000).num(), 10);
}

TEST(Fortnights, RejectACatalogueOfLessThanOne) {
  EXPECT_THROW(fortnights_of({.bins = {bin(3, 0, 9, 1)}, .num_days = 16}), Error);
  EXPECT_THROW(fortnights_of(DailyBins{}), Error);
}

TEST(Fortnights, HaveTheReferencesDates) {
  EXPECT_EQ(iso_date(fortnight_start(0)), "1950-01-04");
  EXPECT_EQ(iso_date(fortnight_start(kDroppedFortnights)), "1950-12-20");
  EXPECT_EQ(iso_date(fortnight_start(kReferenceFortnights - 1)), "2019-12-18");
  EXPECT_EQ(fortnights_before(days_from_civil(2020, 1, 1)), kReferenceFortnights);
  EXPECT_EQ(fortnights_before(days_from_civil(2019, 12, 31)), kReferenceFortnights - 1);
  EXPECT_EQ(fortnights_before(days_from_civil(1932, 1, 1)), 0);
}

}  // namespace
}  // namespace sciwright::earthquake
