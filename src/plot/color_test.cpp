#include "plot/color.h"

#include <set>
#include <tuple>

#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

/// Relative luminance, roughly (Rec. 709 weights on the squared levels).
double luminance(const Color& c) {
  return 0.2126 * c.red * c.red + 0.7152 * c.green * c.green + 0.0722 * c.blue * c.blue;
}

TEST(Palette, HasTwentyFourDifferentColorsThenRepeats) {
  std::set<std::tuple<int, int, int>> seen;
  for (std::size_t i = 0; i < 24; ++i) {
    const Color color = palette_color(i);
    seen.insert({color.red, color.green, color.blue});
  }
  EXPECT_EQ(seen.size(), 24U);
  EXPECT_EQ(palette_color(24), palette_color(0));
}

TEST(ColorMap, ViridisGetsLighterAllTheWay) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_LT(luminance(map_color(ColorMap::kViridis, i / 100.0)),
              luminance(map_color(ColorMap::kViridis, (i + 1) / 100.0)))
        << i;
  }
}

TEST(ColorMap, TakesTheEndsColorOutside) {
  EXPECT_EQ(map_color(ColorMap::kViridis, -3), (Color{68, 1, 84}));
  EXPECT_EQ(map_color(ColorMap::kViridis, 7), (Color{253, 231, 37}));
}

TEST(ColorMap, BlueRedIsNearlyWhiteInTheMiddle) {
  EXPECT_EQ(map_color(ColorMap::kBlueRed, 0.5), (Color{247, 247, 247}));
}

TEST(Color, MixesByShare) {
  EXPECT_EQ(mixed({0, 100, 200}, {100, 100, 0}, 0.25), (Color{25, 100, 150}));
}

}  // namespace
}  // namespace sciwright::plot
