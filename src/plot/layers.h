#pragma once

#include <string>
#include <vector>

#include "plot/drawing.h"
#include "plot/scale.h"

namespace sciwright::plot {

/// Where a panel's data are drawn, and how they get there.
struct Frame {
  Rect plot = {};
  Scale x = {};
  Scale y = {};

  /// A place in the data on the page. NaN where an axis cannot show it; far outside is drawn in to
  /// ten times the plot's size, since renderers overflow.
  Point at(double x_value, double y_value) const;
};

/// What the legend shows of a layer.
struct LegendEntry {
  enum class Key { kLine, kDot, kBox };
  std::string name = {};
  Color color = {};
  Key key = Key::kLine;
  Dash dash = Dash::kSolid;
};

/// The x range of one bar of a group.
struct BarPlace {
  double left = 0;
  double right = 0;
};
BarPlace bar_place(const Bars& bars, std::size_t series_index, std::size_t group_index);

/// The named parts of a panel's layers in their order, with the colours draw_layers gives them.
std::vector<LegendEntry> legend_entries(const Panel& panel);

/// Draws a panel's layers: the data cut off at the plot's edge, then all texts above them.
void draw_layers(Drawing& drawing, const Frame& frame, const Panel& panel);

}  // namespace sciwright::plot
