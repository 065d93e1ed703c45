#include "plot/polyline.h"

#include <cmath>
#include <cstdint>
#include <unordered_set>

namespace sciwright::plot {
namespace {

bool is_gap(const Point& point) { return std::isnan(point.x_px) || std::isnan(point.y_px); }

}  // namespace

std::vector<std::vector<Point>> split_at_gaps(const std::vector<Point>& points) {
  std::vector<std::vector<Point>> runs;
  bool in_gap = true;
  for (const Point& point : points) {
    if (is_gap(point)) {
      in_gap = true;
      continue;
    }
    if (in_gap) runs.emplace_back();
    in_gap = false;
    runs.back().push_back(point);
  }
  return runs;
}

std::vector<Point> decimated(const std::vector<Point>& points) {
  std::vector<Point> kept;
  std::size_t begin = 0;
  while (begin < points.size()) {
    std::size_t end = begin;
    std::size_t lowest = begin;
    std::size_t highest = begin;
    const double column = std::floor(points[begin].x_px);
    for (; end < points.size() && std::floor(points[end].x_px) == column; ++end) {
      if (points[end].y_px < points[lowest].y_px) lowest = end;
      if (points[end].y_px > points[highest].y_px) highest = end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      const bool is_end = i == 0 || i + 1 == points.size();
      if (i == lowest || i == highest || is_end) kept.push_back(points[i]);
    }
    begin = end;
  }
  return kept;
}

std::vector<Point> without_duplicates(const std::vector<Point>& points, double pitch_px) {
  std::vector<Point> kept;
  std::unordered_set<std::int64_t> seen;  // asked only, never iterated
  for (const Point& point : points) {
    if (is_gap(point)) continue;
    const auto column = static_cast<std::int64_t>(std::floor(point.x_px / pitch_px));
    const auto row = static_cast<std::int64_t>(std::floor(point.y_px / pitch_px));
    if (seen.insert(column * (std::int64_t{1} << 32) + row).second) kept.push_back(point);
  }
  return kept;
}

}  // namespace sciwright::plot
