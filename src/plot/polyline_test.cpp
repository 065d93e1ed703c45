#include "plot/polyline.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

const double kNan = std::nan("");

std::vector<std::pair<double, double>> pairs(const std::vector<Point>& points) {
  std::vector<std::pair<double, double>> out;
  for (const Point& point : points) out.emplace_back(point.x_px, point.y_px);
  return out;
}

using Pairs = std::vector<std::pair<double, double>>;

TEST(SplitAtGaps, KeepsOnlyStretchesWithPoints) {
  const auto runs =
      split_at_gaps({{0, kNan}, {1, 1}, {2, 2}, {3, kNan}, {kNan, 4}, {5, 5}, {6, kNan}});
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(pairs(runs[0]), (Pairs{{1, 1}, {2, 2}}));
  EXPECT_EQ(pairs(runs[1]), (Pairs{{5, 5}}));
}

TEST(Decimated, KeepsTheExtremesOfEachPixelColumnInTheirOrder) {
  const std::vector<Point> points = {{0.0, 5}, {0.2, 9}, {0.4, 1}, {0.6, 5},
                                     {1.1, 4}, {1.2, 2}, {1.3, 3}, {1.4, 3}};
  EXPECT_EQ(pairs(decimated(points)),
            (Pairs{{0.0, 5}, {0.2, 9}, {0.4, 1}, {1.1, 4}, {1.2, 2}, {1.4, 3}}));
}

TEST(Decimated, LeavesSparsePointsAlone) {
  const std::vector<Point> points = {{0, 1}, {10, 2}, {20, 1}, {15, 7}};
  EXPECT_EQ(pairs(decimated(points)), pairs(points));
}

TEST(Decimated, LimitsALongNoisyLineToTwoPointsAColumn) {
  std::vector<Point> points;
  for (int i = 0; i < 100000; ++i)
    points.push_back({i / 1000.0, static_cast<double>(i * 7919 % 997)});
  const std::vector<Point> kept = decimated(points);
  EXPECT_LE(kept.size(), 202U);
  EXPECT_GE(kept.size(), 200U);
}

TEST(WithoutDuplicates, KeepsOnePointASquare) {
  EXPECT_EQ(
      pairs(without_duplicates({{0.1, 0.1}, {0.4, 0.3}, {kNan, 1}, {0.6, 0.1}, {-0.1, 0.1}}, 0.5)),
      (Pairs{{0.1, 0.1}, {0.6, 0.1}, {-0.1, 0.1}}));
}

}  // namespace
}  // namespace sciwright::plot
