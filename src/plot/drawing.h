#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plot/figure.h"
#include "plot/text.h"

namespace sciwright::plot {

/// CSS pixels, x to the right, y down.
struct Point {
  double x_px = 0;
  double y_px = 0;
};

struct Rect {
  double x_px = 0;
  double y_px = 0;
  double width_px = 0;
  double height_px = 0;

  double right_px() const { return x_px + width_px; }
  double bottom_px() const { return y_px + height_px; }
};

/// The corners in order, a subpath of a closed path.
inline std::vector<Point> corners(const Rect& rect) {
  return {{rect.x_px, rect.y_px},
          {rect.right_px(), rect.y_px},
          {rect.right_px(), rect.bottom_px()},
          {rect.x_px, rect.bottom_px()}};
}

/// Polylines or polygons of one look. A polyline of one point is drawn as a dot.
struct Path {
  std::vector<std::vector<Point>> subpaths = {};
  bool closed = false;
  std::optional<Color> fill = {};
  std::optional<Color> stroke = {};
  double stroke_px = 1;
  Dash dash = Dash::kSolid;
};

/// Discs of one look.
struct Dots {
  std::vector<Point> centers = {};
  double radius_px = 2;
  Color color = {};
};

enum class Anchor { kStart, kMiddle, kEnd };

/// One line of text; `at` is on its baseline.
struct Text {
  Point at = {};
  std::string text = {};
  double size_px = 11;
  Anchor anchor = Anchor::kStart;
  Weight weight = Weight::kNormal;
  Color color = {34, 34, 34};
  double clockwise_deg = 0;  ///< Turned around `at`.
};

/// Pixels stretched over a rectangle, [rows, cols, 4] bytes red, green, blue, opacity (not
/// premultiplied). Enlarged without smoothing.
struct Raster {
  Rect rect = {};
  int rows = 0;
  int cols = 0;
  std::vector<std::uint8_t> rgba = {};
};

/// What follows is shown inside the rectangle only, until ClipEnd. Not nested.
struct ClipStart {
  Rect rect = {};
};
struct ClipEnd {};

using Shape = std::variant<Path, Dots, Text, Raster, ClipStart, ClipEnd>;

/// A figure laid out: shapes in painting order on white. What SVG, PNG and PDF are made of.
struct Drawing {
  int width_px = 0;
  int height_px = 0;
  std::string title = {};
  std::string description = {};
  std::vector<Shape> shapes = {};
};

}  // namespace sciwright::plot
