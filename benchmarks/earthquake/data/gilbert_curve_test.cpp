#include "earthquake/data/gilbert_curve.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::earthquake {
namespace {

using ::testing::ElementsAre;

TEST(GilbertCurve, IsHilbertsOnTheSmallestSquare) {
  EXPECT_THAT(gilbert_curve(2, 2),
              ElementsAre(GridCell{0, 0}, GridCell{0, 1}, GridCell{1, 1}, GridCell{1, 0}));
}

TEST(GilbertCurve, WalksALineFromEndToEnd) {
  EXPECT_THAT(gilbert_curve(3, 1), ElementsAre(GridCell{0, 0}, GridCell{1, 0}, GridCell{2, 0}));
  EXPECT_THAT(gilbert_curve(1, 2), ElementsAre(GridCell{0, 0}, GridCell{0, 1}));
}

class Rectangle : public ::testing::TestWithParam<std::pair<int, int>> {};

TEST_P(Rectangle, IsVisitedWhollyCellByNeighbouringCell) {
  const auto [num_columns, num_rows] = GetParam();
  const std::vector<GridCell> cells = gilbert_curve(num_columns, num_rows);
  std::vector<bool> seen(static_cast<std::size_t>(num_columns * num_rows));
  GridCell last = cells.front();
  for (const GridCell& cell : cells) {
    ASSERT_LT(cell.column, num_columns);
    ASSERT_LT(cell.row, num_rows);
    const auto index = static_cast<std::size_t>(cell.row * num_columns + cell.column);
    ASSERT_FALSE(seen[index]);
    seen[index] = true;
    ASSERT_LE(std::abs(cell.column - last.column), 1);
    ASSERT_LE(std::abs(cell.row - last.row), 1);
    last = cell;
  }
  EXPECT_EQ(cells.size(), seen.size());
}

INSTANTIATE_TEST_SUITE_P(Sizes, Rectangle,
                         ::testing::Values(std::pair(60, 40), std::pair(40, 60), std::pair(7, 5),
                                           std::pair(5, 7), std::pair(17, 3), std::pair(64, 64)));

TEST(GilbertCurve, OfNothingIsEmpty) { EXPECT_TRUE(gilbert_curve(0, 4).empty()); }

}  // namespace
}  // namespace sciwright::earthquake
