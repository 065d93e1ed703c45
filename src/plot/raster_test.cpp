#include "plot/raster.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

using Bytes = std::vector<std::uint8_t>;

const double kNan = std::nan("");

TEST(RasterOf, ColorsFromLowToHighWithGapsTransparent) {
  const Raster raster =
      raster_of(Heatmap{.rows = 1, .cols = 3, .values = {2, kNan, 7}, .map = ColorMap::kGreys});
  EXPECT_EQ(raster.rgba, (Bytes{0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255}));
}

TEST(RasterOf, ColorsByLogarithmWithZeroTransparent) {
  const Raster raster = raster_of(Heatmap{.rows = 1,
                                          .cols = 4,
                                          .values = {0, 1, 10, 100},
                                          .map = ColorMap::kGreys,
                                          .logarithmic = true});
  EXPECT_EQ(raster.rgba, (Bytes{0, 0, 0, 0, 0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255}));
}

TEST(RasterOf, GivesCategoriesThePalette) {
  const Raster raster =
      raster_of(Heatmap{.rows = 1, .cols = 2, .values = {1, -1}, .map = ColorMap::kCategorical});
  EXPECT_EQ(raster.rgba, (Bytes{213, 94, 0, 255, 0, 0, 0, 0}));
}

TEST(FittedToPage, MirrorsWhatRunsAgainstThePage) {
  Raster raster{.rect = {100, 200, -20, -10}, .rows = 2, .cols = 2};
  raster.rgba = {1, 1, 1, 255, 2, 2, 2, 255, 3, 3, 3, 255, 4, 4, 4, 255};
  const Raster fitted = fitted_to_page(raster);
  EXPECT_EQ(fitted.rgba, (Bytes{4, 4, 4, 255, 3, 3, 3, 255, 2, 2, 2, 255, 1, 1, 1, 255}));
  EXPECT_EQ(fitted.rect.x_px, 80);
  EXPECT_EQ(fitted.rect.y_px, 190);
  EXPECT_EQ(fitted.rect.width_px, 20);
  EXPECT_EQ(fitted.rect.height_px, 10);
}

TEST(FittedToPage, AveragesPixelsTooSmallToSee) {
  Raster raster{.rect = {0, 0, 1, 1}, .rows = 4, .cols = 4};
  for (int i = 0; i < 16; ++i) {
    const auto level = static_cast<std::uint8_t>(i % 2 == 0 ? 100 : 200);
    raster.rgba.insert(raster.rgba.end(), {level, level, level, 255});
  }
  raster.rgba[3] = 0;  // one transparent pixel does not darken its block
  const Raster fitted = fitted_to_page(raster);
  EXPECT_EQ(fitted.rows, 2);
  EXPECT_EQ(fitted.cols, 2);
  EXPECT_EQ(fitted.rgba, (Bytes{167, 167, 167, 191, 150, 150, 150, 255, 150, 150, 150, 255, 150,
                                150, 150, 255}));
}

TEST(FittedToPage, KeepsTheScaleWhenBlocksReachOverTheEdge) {
  Raster raster{.rect = {0, 0, 1, 1}, .rows = 5, .cols = 5};
  raster.rgba.assign(100, 255);
  const Raster fitted = fitted_to_page(raster);
  EXPECT_EQ(fitted.cols, 3);
  EXPECT_DOUBLE_EQ(fitted.rect.width_px, 1.2);
}

}  // namespace
}  // namespace sciwright::plot
