#include "earthquake/data/active_pixels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

/// Counts of two fortnights, `count` in the first one of a pixel.
PixelSeries<std::int32_t> counts(const std::vector<std::pair<int, int>>& count_of_loc) {
  PixelSeries<std::int32_t> series(kGridPixels, 2);
  for (const auto& [loc, count] : count_of_loc) series.at(loc, 0) = count;
  return series;
}

TEST(ActivePixels, NeedEightEventsOfTheirOwn) {
  const ActivePixels active = choose_active_pixels(counts({{500, 8}, {700, 7}}), 2);
  EXPECT_THAT(active.locs, testing::ElementsAre(500));
  EXPECT_EQ(active.num_by_own, 1);
  EXPECT_EQ(active.num_by_block, 0);
}

TEST(ActivePixels, OrThirtyFiveWithTheirNeighbours) {
  const int middle = 10 * kGridColumns + 10;
  const ActivePixels active = choose_active_pixels(counts({{middle, 35}}), 2);
  EXPECT_EQ(active.locs.size(), 9U);
  EXPECT_EQ(active.locs.front(), middle - kGridColumns - 1);
  EXPECT_EQ(active.num_by_block, 9);
}

TEST(ActivePixels, ShiftTheBlockInwardAtTheBorder) {
  // The corner's block is rows 0–2, columns 0–2, so pixel (2, 2) counts for the corner.
  const ActivePixels active = choose_active_pixels(counts({{2 * kGridColumns + 2, 35}}), 2);
  EXPECT_THAT(active.locs, testing::Contains(0));
  const int last = kGridPixels - 1;
  const ActivePixels other = choose_active_pixels(counts({{last - 2 * kGridColumns - 2, 35}}), 2);
  EXPECT_THAT(other.locs, testing::Contains(last));
}

TEST(ActivePixels, AreCountedInTheGivenFortnightsOnly) {
  PixelSeries<std::int32_t> series = counts({{500, 8}});
  series.at(900, 1) = 8;
  EXPECT_THAT(choose_active_pixels(series, 1).locs, testing::ElementsAre(500));
  EXPECT_THAT(choose_active_pixels(series, 2).locs, testing::ElementsAre(500, 900));
}

TEST(ActivePixels, MustExist) { EXPECT_THROW(choose_active_pixels(counts({}), 2), Error); }

}  // namespace
}  // namespace sciwright::earthquake
