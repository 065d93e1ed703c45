#include "plot/png.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "plot/test_picture.h"

namespace sciwright::plot {
namespace {

TEST(Png, ComesBackAsWritten) {
  const std::vector<std::uint8_t> rgba = {1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255,
                                          0, 0, 0, 0,   9, 8, 7, 255, 6, 5, 4, 255};
  const TestPicture picture(png_bytes({2, 3, 4, rgba}));
  EXPECT_EQ(picture.rows, 2);
  EXPECT_EQ(picture.cols, 3);
  EXPECT_EQ(picture.rgba, rgba);
}

TEST(Png, WritesThreeChannelsAsOpaque) {
  const TestPicture picture(png_bytes({1, 1, 3, std::vector<std::uint8_t>{10, 20, 30}}));
  EXPECT_EQ(picture.rgba, (std::vector<std::uint8_t>{10, 20, 30, 255}));
}

TEST(Png, RefusesSizesThatDoNotFit) {
  const std::vector<std::uint8_t> bytes(12);
  EXPECT_THROW(png_bytes({2, 3, 4, bytes}), Error);
  EXPECT_THROW(png_bytes({0, 3, 4, {}}), Error);
  EXPECT_THROW(png_bytes({6, 1, 2, bytes}), Error);
}

}  // namespace
}  // namespace sciwright::plot
