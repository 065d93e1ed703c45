#include "earthquake/data/gilbert_curve.h"

#include <cstdlib>

namespace sciwright::earthquake {
namespace {

/// A step along one axis: one of the two components is zero.
struct Side {
  int columns;
  int rows;

  int length() const { return std::abs(columns + rows); }
  Side unit() const { return {columns / length(), rows / length()}; }
  Side operator-() const { return {-columns, -rows}; }
  Side operator+(const Side& o) const { return {columns + o.columns, rows + o.rows}; }
  Side operator-(const Side& o) const { return {columns - o.columns, rows - o.rows}; }
};

GridCell operator+(const GridCell& cell, const Side& step) {
  return {cell.column + step.columns, cell.row + step.rows};
}

/// About half of a side, with an even number of cells wherever that is possible, so that the parts
/// join at neighbours.
Side even_half(const Side& side) {
  Side half = {side.columns / 2, side.rows / 2};
  if (half.length() % 2 == 1 && side.length() > 2) half = half + side.unit();
  return half;
}

/// Appends the cells of the rectangle with a corner `start` and the sides `along` and `across`; the
/// walk ends at the other end of `along`.
void walk(GridCell start, Side along, Side across, std::vector<GridCell>& cells) {
  if (along.length() == 1 || across.length() == 1) {
    const Side line = across.length() == 1 ? along : across;
    for (int i = 0; i < line.length(); ++i) {
      cells.push_back(start);
      start = start + line.unit();
    }
    return;
  }
  const bool is_long = 2 * along.length() > 3 * across.length();
  if (is_long) {
    const Side first = even_half(along);
    walk(start, first, across, cells);
    walk(start + first, along - first, across, cells);
    return;
  }
  // Up a first part, along the whole far side, and back down the rest.
  const Side up = even_half(across);
  const Side left = {along.columns / 2, along.rows / 2};
  walk(start, up, left, cells);
  walk(start + up, along, across - up, cells);
  walk(start + (along - along.unit()) + (up - across.unit()), -up, -(along - left), cells);
}

}  // namespace

std::vector<GridCell> gilbert_curve(int num_columns, int num_rows) {
  std::vector<GridCell> cells;
  if (num_columns <= 0 || num_rows <= 0) return cells;
  const Side right = {num_columns, 0};
  const Side down = {0, num_rows};
  if (num_columns >= num_rows) {
    walk({}, right, down, cells);
  } else {
    walk({}, down, right, cells);
  }
  return cells;
}

}  // namespace sciwright::earthquake
