#include "earthquake/data/daily_bins.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

/// An event in the middle of a pixel, `hours` after 1950-01-01T00:00.
Event event_at(double hours, int loc, double magnitude, double depth_km = 10) {
  return {.time_ms = kDayZeroSince1970 * 86'400'000 + static_cast<std::int64_t>(hours * 3'600'000),
          .latitude_deg = pixel_latitude_deg(loc),
          .longitude_deg = pixel_longitude_deg(loc),
          .depth_km = depth_km,
          .magnitude = magnitude};
}

TEST(DailyBins, DayZeroIsTheFirstOf1950) {
  EXPECT_EQ(kDayZeroSince1970, days_from_civil(1950, 1, 1));
  EXPECT_EQ(kReferenceDays, days_from_civil(2020, 1, 1) - days_from_civil(1950, 1, 1));
}

TEST(DailyBins, AddsTheEnergiesOfAPixelDay) {
  const DailyBins days = bin_by_day({event_at(1, 7, 2.0, 5), event_at(23.9, 7, 4.0, 15)});
  ASSERT_EQ(days.bins.size(), 1U);
  EXPECT_DOUBLE_EQ(days.bins[0].energy, 1e3 + 1e6);
  EXPECT_DOUBLE_EQ(days.bins[0].energy_depth_km, 5e3 + 15e6);
  EXPECT_EQ(days.bins[0].num_events, 2);
  EXPECT_EQ(days.bins[0].num_large, 1);
}

TEST(DailyBins, CountsAnEventOfExactlyTheLimitAsLarge) {
  EXPECT_EQ(bin_by_day({event_at(0, 0, 3.29)}).bins[0].num_large, 1);
  EXPECT_EQ(bin_by_day({event_at(0, 0, 3.28)}).bins[0].num_large, 0);
}

TEST(DailyBins, StandInOrderOfDayAndPixel) {
  const DailyBins days =
      bin_by_day({event_at(1, 9, 1), event_at(2, 3, 1), event_at(3, 9, 1), event_at(25, 3, 1)});
  ASSERT_EQ(days.bins.size(), 3U);
  EXPECT_EQ(days.bins[0].loc, 3);
  EXPECT_EQ(days.bins[1].loc, 9);
  EXPECT_EQ(days.bins[1].num_events, 2);
  EXPECT_EQ(days.bins[2].day, 1);
  EXPECT_EQ(days.num_days, 2);
}

TEST(DailyBins, LeaveOutEventsBefore1950AndOutsideTheBox) {
  Event outside = event_at(5, 0, 4);
  outside.latitude_deg = 40;
  EXPECT_TRUE(bin_by_day({event_at(-1, 0, 4), outside}).bins.empty());
}

}  // namespace
}  // namespace sciwright::earthquake
