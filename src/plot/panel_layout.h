#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plot/layers.h"
#include "plot/ticks.h"

namespace sciwright::plot {

// Text sizes and distances all parts of a panel share.
inline constexpr double kTickSizePx = 11;
inline constexpr double kLabelSizePx = 12;
inline constexpr double kLegendSizePx = 11;
inline constexpr double kTitleSizePx = 12.5;
inline constexpr double kLineHeightPx = 16;
inline constexpr double kLegendKeyPx = 16;
inline constexpr double kColorBarPx = 14;
inline constexpr double kTickLengthPx = 4;
inline constexpr double kEdgePx = 12;  ///< Between the outermost text and the edge of the cell.

/// Room between a panel's cell of the grid and its plot.
struct Margins {
  double left_px = 0;
  double right_px = 0;
  double top_px = 0;
  double bottom_px = 0;
};

/// The colour bar of a panel: that of its first heatmap that has one.
struct ColorBar {
  const Heatmap* heatmap = nullptr;
  Scale scale;
  Ticks ticks;
};

/// One panel laid out. Points into the figure, which must outlive it.
struct PanelLayout {
  const Panel* panel = nullptr;
  Rect cell;
  Frame frame;
  Ticks x_ticks;
  Ticks y_ticks;
  bool slanted_x_labels = false;
  std::optional<ColorBar> color_bar;
  std::vector<std::string> title_lines;
  std::vector<std::vector<LegendEntry>> legend_rows;
  Margins margins;
};

/// Lays out every panel of a figure in the grid below `header_px`. Panels above each other have
/// their plots' left and right edges in line, those beside each other the upper and lower ones;
/// maps (panels with an aspect ratio) all have the same margins, so that equal extents get equal
/// sizes.
std::vector<PanelLayout> panel_layouts(const Figure& figure, double header_px);

/// Width of a legend entry with the space behind it.
double legend_entry_px(const LegendEntry& entry);

/// True for panels whose plot is a picture or a map: boxed and without grid lines.
bool shows_raster(const Panel& panel);

/// The axis label with the power of ten its ticks share: "events (×10⁶)".
std::string axis_label(const std::string& label, const Ticks& ticks);

}  // namespace sciwright::plot
