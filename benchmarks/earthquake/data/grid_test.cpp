#include "earthquake/data/grid.h"

#include <gtest/gtest.h>

namespace sciwright::earthquake {
namespace {

TEST(Grid, PutsTheNorthWestCornerFirst) { EXPECT_EQ(pixel_of(36.0, -120.0), 0); }

TEST(Grid, ClampsTheFarBorders) { EXPECT_EQ(pixel_of(32.0, -114.0), kGridPixels - 1); }

TEST(Grid, PutsDecimalBordersIntoThePixelTheyOpen) {
  // 0.1-degree borders: -119.7 opens column 3, 35.8 opens row 2.
  EXPECT_EQ(pixel_of(35.8, -119.7), 2 * kGridColumns + 3);
}

TEST(Grid, KnowsNoPixelOutsideTheBox) {
  EXPECT_EQ(pixel_of(36.001, -117.0), std::nullopt);
  EXPECT_EQ(pixel_of(34.0, -113.999), std::nullopt);
}

TEST(Grid, FindsThePixelOfEachCentre) {
  for (int loc = 0; loc < kGridPixels; ++loc) {
    ASSERT_EQ(pixel_of(pixel_latitude_deg(loc), pixel_longitude_deg(loc)), loc);
  }
}

}  // namespace
}  // namespace sciwright::earthquake
