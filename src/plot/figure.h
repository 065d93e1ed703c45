#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plot/color.h"

namespace sciwright::plot {

/// Data of a layer. Not-finite values are gaps; so are values <= 0 on a logarithmic axis.
using Values = std::vector<double>;

/// A layer without a colour takes the next of the palette.
using MaybeColor = std::optional<Color>;

enum class Dash { kSolid, kDashed, kDotted };

/// y over x, broken at gaps. With `stepped`, y[i] holds from x[i] to x[i + 1].
struct Line {
  std::string name = {};  ///< For the legend; empty is not listed. So in every layer.
  Values x = {};
  Values y = {};
  MaybeColor color = {};
  double width_px = 1.5;
  Dash dash = Dash::kSolid;
  bool stepped = false;
};

/// Dots at (x, y).
struct Scatter {
  std::string name = {};
  Values x = {};
  Values y = {};
  MaybeColor color = {};
  double radius_px = 2.5;
};

/// The area between low and high: a range or a confidence interval.
struct Band {
  std::string name = {};
  Values x = {};
  Values low = {};
  Values high = {};
  MaybeColor color = {};
};

/// One bar of each group, the groups at x = 0, 1, 2 … (AxisKind::kCategory names them).
struct BarSeries {
  std::string name = {};
  Values heights = {};
  Values error_low = {};  ///< Where the error bars end, in units of y (not lengths); or empty.
  Values error_high = {};
  MaybeColor color = {};
};

/// Bars side by side in groups, from zero (or the lower end of the axis when that is above zero).
struct Bars {
  std::vector<BarSeries> series = {};
  std::optional<int> label_decimals = {};  ///< Writes the value over each bar.
};

/// Counts between edges, already binned: one edge more than counts.
struct Histogram {
  std::string name = {};
  Values edges = {};
  Values counts = {};
  MaybeColor color = {};
};

/// Stretches of x with a tinted background, each name once in the legend: the phases of a run.
struct Spans {
  struct Span {
    double from = 0;
    double to = 0;
    std::string name = {};
    MaybeColor color = {};  ///< By default the palette's colour of the name's first place.
  };
  std::vector<Span> spans = {};
};

/// Vertical lines with a text along them, the most important first: a text that would cover an
/// earlier one is left out. Marks outside the axis are not drawn and do not widen it.
struct VerticalMarks {
  struct Mark {
    double x = 0;
    std::string label = {};
  };
  std::string name = {};
  std::vector<Mark> marks = {};
  Color color = kBlack;
};

/// A reference line over the whole width.
struct HorizontalLine {
  std::string name = {};
  double y = 0;
  Color color = kGrey;
  Dash dash = Dash::kDashed;
};

/// Where a raster lies: the outer edges of its first and last column and row, in axis units.
/// {-120, -114, 36, 32} is a map whose row 0 is the northern one.
struct Extent {
  double x_first = 0;
  double x_last = 1;
  double y_first = 1;
  double y_last = 0;
};

/// Numbers as colours, [rows, cols] row-major; gaps are transparent.
struct Heatmap {
  int rows = 0;
  int cols = 0;
  Values values = {};
  Extent extent = {};
  ColorMap map = ColorMap::kViridis;
  std::optional<double> low = {};  ///< Ends of the colour scale, by default those of the values.
  std::optional<double> high = {};
  bool logarithmic = false;
  std::string color_label = {};                  ///< Beside the colour bar.
  bool color_bar = true;                         ///< Not drawn for kCategorical.
  std::vector<std::string> category_names = {};  ///< For kCategorical, listed in the legend.
};

/// A picture, [rows, cols, 3] bytes row-major.
struct RgbImage {
  int rows = 0;
  int cols = 0;
  std::vector<std::uint8_t> rgb = {};
  Extent extent = {};
};

enum class Corner { kTopLeft, kTopRight, kBottomLeft, kBottomRight };

/// Lines of text in a corner of the plot.
struct TextBox {
  std::string text = {};
  Corner corner = Corner::kTopRight;
};

/// A short text right of and above a place: a city, the best epoch.
struct PointLabel {
  double x = 0;
  double y = 0;
  std::string text = {};
};

/// Drawn in the order given, later ones on top; texts always above the rest.
using Layer = std::variant<Line, Scatter, Band, Bars, Histogram, Spans, VerticalMarks,
                           HorizontalLine, Heatmap, RgbImage, TextBox, PointLabel>;

enum class AxisKind {
  kLinear,
  kLog,
  kDate,      ///< Days since 1970-01-01, fractions allowed.
  kCategory,  ///< 0, 1, 2 … with the names in `categories`.
};

/// One axis. Limits not given come from the layers, with a little air. low > high turns it round.
struct Axis {
  std::string label = {};
  AxisKind kind = AxisKind::kLinear;
  std::optional<double> low = {};
  std::optional<double> high = {};
  std::vector<std::string> categories = {};
};

/// One pair of axes with its layers.
struct Panel {
  std::string title = {};
  Axis x = {};
  Axis y = {};
  std::vector<Layer> layers = {};
  bool legend = true;       ///< A row above the plot that lists the layers with a name.
  bool show_axes = true;    ///< Off for pictures.
  double aspect_ratio = 0;  ///< Pixels of one y unit over those of one x unit; 0 fills the room.
                            ///< For maps 1 / cos(latitude).
};

/// A picture: panels in a grid, row by row. Sizes are CSS pixels (1/96 inch); text is 11–15 px.
struct Figure {
  std::string title = {};
  std::string description = {};  ///< What can be seen, for readers who cannot see it.
  int width_px = 800;
  int height_px = 450;
  int columns = 1;
  std::vector<Panel> panels = {};
};

}  // namespace sciwright::plot
