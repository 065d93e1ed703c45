#pragma once

#include <vector>

namespace sciwright::earthquake {

/// A cell of a rectangle.
struct GridCell {
  int column = 0;
  int row = 0;

  bool operator==(const GridCell&) const = default;
};

/// A generalised Hilbert curve ("gilbert") through all cells of a rectangle of any size: starts at
/// (0, 0), visits each cell once, and goes to a neighbour at each step (to a diagonal one where odd
/// extents leave no other way).
std::vector<GridCell> gilbert_curve(int num_columns, int num_rows);

}  // namespace sciwright::earthquake
