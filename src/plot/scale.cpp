#include "plot/scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::plot {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The range of the values an axis can show, and how much air they want.
struct Range {
  bool logarithmic = false;
  double low = kInfinity;
  double high = -kInfinity;
  bool stands_on_zero = false;
  bool exact = false;

  bool empty() const { return low > high; }

  void add(double value) {
    if (!std::isfinite(value) || (logarithmic && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void add(const Values& values) {
    for (const double value : values) add(value);
  }
  void add_base() {
    stands_on_zero = true;
    if (!logarithmic) add(0);
  }
};

/// Adds what one layer shows along one direction; layers that adapt to the axes add nothing.
struct Collector {
  Range& range;
  Direction direction;

  bool x() const { return direction == Direction::kX; }

  void operator()(const Line& line) const { range.add(x() ? line.x : line.y); }
  void operator()(const Scatter& scatter) const { range.add(x() ? scatter.x : scatter.y); }
  void operator()(const Band& band) const {
    range.add(x() ? band.x : band.low);
    if (!x()) range.add(band.high);
  }
  void operator()(const Bars& bars) const {
    for (const BarSeries& series : bars.series) {
      if (x()) {
        if (series.heights.empty()) continue;
        range.add(-0.5);
        range.add(static_cast<double>(series.heights.size()) - 0.5);
      } else {
        range.add(series.heights);
        range.add(series.error_low);
        range.add(series.error_high);
      }
    }
    if (!x()) range.add_base();
  }
  void operator()(const Histogram& histogram) const {
    range.add(x() ? histogram.edges : histogram.counts);
    if (x()) {
      range.exact = true;
    } else {
      range.add_base();
    }
  }
  void operator()(const HorizontalLine& line) const {
    if (!x()) range.add(line.y);
  }
  void operator()(const PointLabel& label) const { range.add(x() ? label.x : label.y); }
  void operator()(const Heatmap& heatmap) const { add_extent(heatmap.extent); }
  void operator()(const RgbImage& image) const { add_extent(image.extent); }
  void operator()(const Spans&) const {}
  void operator()(const VerticalMarks&) const {}
  void operator()(const TextBox&) const {}

  void add_extent(const Extent& extent) const {
    range.add(x() ? extent.x_first : extent.y_first);
    range.add(x() ? extent.x_last : extent.y_last);
    range.exact = true;
  }
};

/// One value, or values that differ by rounding only, get room around them.
void widen_if_degenerate(Range& range) {
  const double largest = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > largest * 1e-12 && range.high - range.low > 1e-290) return;
  if (range.logarithmic) {
    range.low = std::max(range.low / 3, std::numeric_limits<double>::min());
    range.high = std::min(range.high, 1e307) * 3;
    return;
  }
  const double room = largest > 1e-280 ? largest * 0.05 : 0.5;
  range.low = std::max(range.low - room, -1.7e308);
  range.high = std::min(range.high + room, 1.7e308);
}

void add_air(Range& range, double air_fraction) {
  if (range.logarithmic) {
    const double factor = std::pow(range.high / range.low, air_fraction);
    const double high = range.high * factor;
    range.low = std::max(range.low / factor, std::numeric_limits<double>::min());
    range.high = std::isfinite(high) ? high : range.high;
    return;
  }
  const double air = (range.high / 2 - range.low / 2) * air_fraction * 2;
  if (!(range.stands_on_zero && range.low == 0)) range.low = std::max(range.low - air, -1.7e308);
  if (!(range.stands_on_zero && range.high == 0)) range.high = std::min(range.high + air, 1.7e308);
}

/// The limits given, where the axis can show them, over those of the data.
Scale with_given_limits(Range range, std::optional<double> low, std::optional<double> high) {
  const auto usable = [&](std::optional<double> limit) {
    return limit && std::isfinite(*limit) && !(range.logarithmic && *limit <= 0);
  };
  const bool turned = usable(low) && usable(high) && *low > *high;
  if (turned) std::swap(low, high);
  if (usable(low)) range.low = *low;
  if (usable(high)) range.high = *high;
  // A limit given on one side only may lie beyond all data.
  if (range.low > range.high) (usable(low) ? range.high : range.low) = usable(low) ? *low : *high;
  widen_if_degenerate(range);
  if (turned) std::swap(range.low, range.high);
  return {range.logarithmic, range.low, range.high};
}

/// Whether a layer has a value to show; what only refers to data (lines, marks, texts) has none.
struct DataSearch {
  bool logarithmic;

  bool any(const Values& values) const {
    Range range{.logarithmic = logarithmic};
    range.add(values);
    return !range.empty();
  }
  bool operator()(const Line& line) const { return any(line.y); }
  bool operator()(const Scatter& scatter) const { return any(scatter.y); }
  bool operator()(const Band& band) const { return any(band.low) && any(band.high); }
  bool operator()(const Bars& bars) const {
    return std::any_of(bars.series.begin(), bars.series.end(),
                       [&](const BarSeries& series) { return any(series.heights); });
  }
  bool operator()(const Histogram& histogram) const { return any(histogram.counts); }
  bool operator()(const Heatmap& heatmap) const {
    return DataSearch{heatmap.logarithmic}.any(heatmap.values);
  }
  bool operator()(const RgbImage& image) const { return !image.rgb.empty(); }
  bool operator()(const auto&) const { return false; }
};

std::string sizes_text(std::string_view kind, std::size_t a, std::size_t b) {
  return fmt::format("plot: {} has data of different sizes: {} and {}", kind, a, b);
}

void check_equal(const std::string& kind, std::size_t a, std::size_t b) {
  if (a != b) throw Error(ErrorKind::kFailure, sizes_text(kind, a, b));
}

void check_raster(const std::string& kind, int rows, int cols, std::size_t count) {
  if (rows < 0 || cols < 0) throw Error(ErrorKind::kFailure, "plot: " + kind + " of negative size");
  check_equal(kind, static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols), count);
}

struct SizeCheck {
  void operator()(const Line& line) const {
    check_equal("line '" + line.name + "'", line.x.size(), line.y.size());
  }
  void operator()(const Scatter& scatter) const {
    check_equal("scatter '" + scatter.name + "'", scatter.x.size(), scatter.y.size());
  }
  void operator()(const Band& band) const {
    check_equal("band '" + band.name + "'", band.x.size(), band.low.size());
    check_equal("band '" + band.name + "'", band.x.size(), band.high.size());
  }
  void operator()(const Bars& bars) const {
    for (const BarSeries& series : bars.series) {
      check_equal("bar errors of '" + series.name + "'", series.error_low.size(),
                  series.error_high.size());
      if (series.error_low.empty()) continue;
      check_equal("bars '" + series.name + "'", series.heights.size(), series.error_low.size());
    }
  }
  void operator()(const Histogram& histogram) const {
    if (histogram.edges.empty() && histogram.counts.empty()) return;
    check_equal("histogram '" + histogram.name + "' (edges, counts + 1)", histogram.edges.size(),
                histogram.counts.size() + 1);
  }
  void operator()(const Heatmap& heatmap) const {
    check_raster("heatmap", heatmap.rows, heatmap.cols, heatmap.values.size());
  }
  void operator()(const RgbImage& image) const {
    check_raster("image", image.rows, image.cols, image.rgb.size() / 3);
    check_equal("image", image.rgb.size() / 3 * 3, image.rgb.size());
  }
  void operator()(const auto&) const {}
};

}  // namespace

double Scale::fraction(double value) const {
  if (!std::isfinite(value) || (logarithmic && value <= 0)) return std::nan("");
  if (logarithmic) return std::log(value / low) / std::log(high / low);
  // Halves, so that a range of ±1e308 does not overflow.
  return (value / 2 - low / 2) / (high / 2 - low / 2);
}

Scale axis_scale(const Panel& panel, Direction direction) {
  const Axis& axis = direction == Direction::kX ? panel.x : panel.y;
  Range range{.logarithmic = axis.kind == AxisKind::kLog};
  for (const Layer& layer : panel.layers) std::visit(Collector{range, direction}, layer);
  if (axis.kind == AxisKind::kCategory) {
    range.low = -0.5;
    range.high = std::max(static_cast<double>(axis.categories.size()), 1.0) - 0.5;
    range.exact = true;
  }
  if (range.empty()) {
    range.low = range.logarithmic ? 1 : 0;
    range.high = range.logarithmic ? 10 : 1;
    range.exact = true;
  }
  widen_if_degenerate(range);
  if (!range.exact) add_air(range, direction == Direction::kX ? 0.015 : 0.06);
  return with_given_limits(range, axis.low, axis.high);
}

Scale color_scale(const Heatmap& heatmap) {
  Range range{.logarithmic = heatmap.logarithmic};
  range.add(heatmap.values);
  if (range.empty()) {
    range.low = range.logarithmic ? 1 : 0;
    range.high = range.logarithmic ? 10 : 1;
  }
  return with_given_limits(range, heatmap.low, heatmap.high);
}

bool has_data(const Panel& panel) {
  const DataSearch search{panel.y.kind == AxisKind::kLog};
  return std::any_of(panel.layers.begin(), panel.layers.end(),
                     [&](const Layer& layer) { return std::visit(search, layer); });
}

void check_sizes(const Layer& layer) { std::visit(SizeCheck{}, layer); }

}  // namespace sciwright::plot
