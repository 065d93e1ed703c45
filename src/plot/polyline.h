#pragma once

#include <vector>

#include "plot/drawing.h"

namespace sciwright::plot {

/// The stretches of a polyline between points that are NaN; none of them is empty.
std::vector<std::vector<Point>> split_at_gaps(const std::vector<Point>& points);

/// The same picture with fewer points: of the points that follow each other within one pixel column
/// only the lowest, the highest and both ends of the polyline stay, in their order.
std::vector<Point> decimated(const std::vector<Point>& points);

/// The first point in each square of a grid `pitch_px` wide, in their order; points that are NaN
/// are dropped.
std::vector<Point> without_duplicates(const std::vector<Point>& points, double pitch_px);

}  // namespace sciwright::plot
