#include "plot/layers.h"

#include <algorithm>
#include <cmath>

#include "plot/layer_texts.h"
#include "plot/polyline.h"
#include "plot/raster.h"

namespace sciwright::plot {
namespace {

constexpr double kGroupWidth = 0.8;  // of the distance between groups of bars
constexpr double kBandOpacity = 0.25;
constexpr double kSpanOpacity = 0.18;

Color with_opacity(Color color, double opacity_fraction) {
  color.opacity_fraction = opacity_fraction;
  return color;
}

/// How many colours of the palette a layer takes.
struct ColorCounter {
  std::size_t operator()(const Line& line) const { return line.color ? 0 : 1; }
  std::size_t operator()(const Scatter& scatter) const { return scatter.color ? 0 : 1; }
  std::size_t operator()(const Band& band) const { return band.color ? 0 : 1; }
  std::size_t operator()(const Histogram& histogram) const { return histogram.color ? 0 : 1; }
  std::size_t operator()(const Bars& bars) const { return bars.series.size(); }
  std::size_t operator()(const auto&) const { return 0; }
};

/// A span's own colour or the palette's of its name's first place.
Color span_color(const Spans& spans, const Spans::Span& span) {
  if (span.color) return *span.color;
  std::vector<std::string> names;
  for (const Spans::Span& other : spans.spans) {
    if (other.name == span.name) break;
    if (std::find(names.begin(), names.end(), other.name) == names.end()) {
      names.push_back(other.name);
    }
  }
  return palette_color(names.size());
}

/// Appends the legend entries of one layer.
struct LegendLister {
  std::vector<LegendEntry>& out;
  std::size_t first_color;

  using Key = LegendEntry::Key;

  void add(const std::string& name, const Color& color, Key key, Dash dash = Dash::kSolid) const {
    if (!name.empty()) out.push_back({name, color, key, dash});
  }
  Color color(const MaybeColor& own, std::size_t index = 0) const {
    return own.value_or(palette_color(first_color + index));
  }
  void operator()(const Line& line) const {
    add(line.name, color(line.color), Key::kLine, line.dash);
  }
  void operator()(const Scatter& scatter) const {
    add(scatter.name, color(scatter.color), Key::kDot);
  }
  void operator()(const Band& band) const {
    add(band.name, with_opacity(color(band.color), kBandOpacity), Key::kBox);
  }
  void operator()(const Histogram& histogram) const {
    add(histogram.name, color(histogram.color), Key::kBox);
  }
  void operator()(const Bars& bars) const {
    for (std::size_t i = 0; i < bars.series.size(); ++i) {
      add(bars.series[i].name, color(bars.series[i].color, i), Key::kBox);
    }
  }
  void operator()(const Spans& spans) const {
    for (const Spans::Span& span : spans.spans) {
      const bool listed = std::any_of(out.begin(), out.end(),
                                      [&](const LegendEntry& e) { return e.name == span.name; });
      if (!listed) add(span.name, with_opacity(span_color(spans, span), 0.4), Key::kBox);
    }
  }
  void operator()(const VerticalMarks& marks) const {
    add(marks.name, marks.color, Key::kLine, Dash::kDotted);
  }
  void operator()(const HorizontalLine& line) const {
    add(line.name, line.color, Key::kLine, line.dash);
  }
  void operator()(const Heatmap& heatmap) const {
    if (heatmap.map != ColorMap::kCategorical) return;
    for (std::size_t i = 0; i < heatmap.category_names.size(); ++i) {
      add(heatmap.category_names[i], palette_color(i), Key::kBox);
    }
  }
  void operator()(const auto&) const {}
};

/// Draws the data of one layer.
struct Painter {
  Drawing& out;
  const Frame& frame;
  std::size_t first_color;

  Color color(const MaybeColor& own, std::size_t index = 0) const {
    return own.value_or(palette_color(first_color + index));
  }

  std::vector<Point> points(const Values& x, const Values& y) const {
    std::vector<Point> places;
    places.reserve(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) places.push_back(frame.at(x[i], y[i]));
    return places;
  }

  /// Where a bar or a histogram stands: on zero, or on the lower end of the axis.
  double base_px() const {
    const double zero = frame.y.fraction(0);
    const double fraction = std::isnan(zero) ? 0 : std::clamp(zero, 0.0, 1.0);
    return frame.plot.bottom_px() - fraction * frame.plot.height_px;
  }

  void operator()(const Line& line) const {
    Path path{.stroke = color(line.color), .stroke_px = line.width_px, .dash = line.dash};
    for (const std::vector<Point>& run : split_at_gaps(points(line.x, line.y))) {
      std::vector<Point> corners;
      for (const Point& point : run) {
        if (line.stepped && !corners.empty()) corners.push_back({point.x_px, corners.back().y_px});
        corners.push_back(point);
      }
      path.subpaths.push_back(decimated(corners));
    }
    out.shapes.emplace_back(std::move(path));
  }

  void operator()(const Scatter& scatter) const {
    out.shapes.emplace_back(
        Dots{.centers = without_duplicates(points(scatter.x, scatter.y), scatter.radius_px / 4),
             .radius_px = scatter.radius_px,
             .color = color(scatter.color)});
  }

  void operator()(const Band& band) const {
    Path path{.closed = true, .fill = with_opacity(color(band.color), kBandOpacity)};
    std::vector<Point> upper = points(band.x, band.high);
    std::vector<Point> lower = points(band.x, band.low);
    // A gap of one border is a gap of the band, so that both split alike.
    for (std::size_t i = 0; i < upper.size(); ++i) {
      if (std::isnan(upper[i].y_px)) lower[i] = upper[i];
      if (std::isnan(lower[i].y_px)) upper[i] = lower[i];
    }
    const auto lower_runs = split_at_gaps(lower);
    for (const std::vector<Point>& run : split_at_gaps(upper)) {
      std::vector<Point> polygon = decimated(run);
      const std::vector<Point> back = decimated(lower_runs[path.subpaths.size()]);
      polygon.insert(polygon.end(), back.rbegin(), back.rend());
      path.subpaths.push_back(std::move(polygon));
    }
    out.shapes.emplace_back(std::move(path));
  }

  void operator()(const Bars& bars) const {
    for (std::size_t s = 0; s < bars.series.size(); ++s) {
      const BarSeries& series = bars.series[s];
      Path path{.closed = true, .fill = color(series.color, s)};
      Path errors{.stroke = Color{50, 50, 50}};
      for (std::size_t group = 0; group < series.heights.size(); ++group) {
        const BarPlace place = bar_place(bars, s, group);
        const Point top = frame.at(place.left, series.heights[group]);
        if (std::isnan(top.x_px) || std::isnan(top.y_px)) continue;
        path.subpaths.push_back(rect_to_base(top, frame.at(place.right, 0).x_px));
        if (series.error_low.empty()) continue;
        const double middle = (place.left + place.right) / 2;
        add_error_bar(errors, {frame.at(middle, series.error_low[group]),
                               frame.at(middle, series.error_high[group])});
      }
      out.shapes.emplace_back(std::move(path));
      if (!errors.subpaths.empty()) out.shapes.emplace_back(std::move(errors));
    }
  }

  std::vector<Point> rect_to_base(const Point& top, double right_px) const {
    return corners({top.x_px, top.y_px, right_px - top.x_px, base_px() - top.y_px});
  }

  struct ErrorBar {
    Point low;
    Point high;
  };
  static void add_error_bar(Path& errors, const ErrorBar& bar) {
    if (std::isnan(bar.low.y_px) || std::isnan(bar.high.y_px)) return;
    errors.subpaths.push_back({bar.low, bar.high});
    for (const Point& end : {bar.low, bar.high}) {
      errors.subpaths.push_back({{end.x_px - 2.5, end.y_px}, {end.x_px + 2.5, end.y_px}});
    }
  }

  void operator()(const Histogram& histogram) const {
    const Color fill = color(histogram.color);
    Path path{.closed = true, .fill = with_opacity(fill, 0.75), .stroke = fill, .stroke_px = 0.6};
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      const Point top = frame.at(histogram.edges[i], histogram.counts[i]);
      const double right_px = frame.at(histogram.edges[i + 1], histogram.counts[i]).x_px;
      if (std::isnan(top.x_px) || std::isnan(top.y_px) || std::isnan(right_px)) continue;
      path.subpaths.push_back(rect_to_base(top, right_px));
    }
    out.shapes.emplace_back(std::move(path));
  }

  void operator()(const Spans& spans) const {
    for (const Spans::Span& span : spans.spans) {
      const double from_px = frame.at(span.from, frame.y.low).x_px;
      const double to_px = frame.at(span.to, frame.y.low).x_px;
      if (std::isnan(from_px) || std::isnan(to_px)) continue;
      out.shapes.emplace_back(Path{
          .subpaths = {corners({from_px, frame.plot.y_px, to_px - from_px, frame.plot.height_px})},
          .closed = true,
          .fill = with_opacity(span_color(spans, span), kSpanOpacity)});
    }
  }

  void operator()(const VerticalMarks& marks) const {
    Path path{.stroke = marks.color, .stroke_px = 0.9, .dash = Dash::kDotted};
    for (const VerticalMarks::Mark& mark : marks.marks) {
      const double x_px = frame.at(mark.x, frame.y.low).x_px;
      if (std::isnan(x_px)) continue;
      path.subpaths.push_back({{x_px, frame.plot.bottom_px()}, {x_px, frame.plot.y_px}});
    }
    out.shapes.emplace_back(std::move(path));
  }

  void operator()(const HorizontalLine& line) const {
    const double y_px = frame.at(frame.x.low, line.y).y_px;
    if (std::isnan(y_px)) return;
    out.shapes.emplace_back(
        Path{.subpaths = {{{frame.plot.x_px, y_px}, {frame.plot.right_px(), y_px}}},
             .stroke = line.color,
             .stroke_px = 1.2,
             .dash = line.dash});
  }

  void operator()(const Heatmap& heatmap) const { add_raster(raster_of(heatmap), heatmap.extent); }
  void operator()(const RgbImage& image) const { add_raster(raster_of(image), image.extent); }

  void add_raster(Raster raster, const Extent& extent) const {
    const Point first = frame.at(extent.x_first, extent.y_first);
    const Point last = frame.at(extent.x_last, extent.y_last);
    raster.rect = {first.x_px, first.y_px, last.x_px - first.x_px, last.y_px - first.y_px};
    // NaN (an edge a logarithmic axis cannot show) fails the comparison too.
    const bool visible = std::abs(raster.rect.width_px * raster.rect.height_px) > 0;
    if (raster.rgba.empty() || !visible) return;
    out.shapes.emplace_back(fitted_to_page(std::move(raster)));
  }

  void operator()(const TextBox&) const {}
  void operator()(const PointLabel&) const {}
};

}  // namespace

Point Frame::at(double x_value, double y_value) const {
  return {plot.x_px + std::clamp(x.fraction(x_value), -10.0, 11.0) * plot.width_px,
          plot.bottom_px() - std::clamp(y.fraction(y_value), -10.0, 11.0) * plot.height_px};
}

BarPlace bar_place(const Bars& bars, std::size_t series_index, std::size_t group_index) {
  const double width = kGroupWidth / static_cast<double>(bars.series.size());
  const double left = static_cast<double>(group_index) - kGroupWidth / 2 +
                      width * static_cast<double>(series_index);
  return {left, left + width};
}

std::vector<LegendEntry> legend_entries(const Panel& panel) {
  std::vector<LegendEntry> entries;
  std::size_t next_color = 0;
  for (const Layer& layer : panel.layers) {
    std::visit(LegendLister{entries, next_color}, layer);
    next_color += std::visit(ColorCounter{}, layer);
  }
  return entries;
}

void draw_layers(Drawing& drawing, const Frame& frame, const Panel& panel) {
  drawing.shapes.emplace_back(ClipStart{frame.plot});
  std::size_t next_color = 0;
  for (const Layer& layer : panel.layers) {
    check_sizes(layer);
    std::visit(Painter{drawing, frame, next_color}, layer);
    next_color += std::visit(ColorCounter{}, layer);
  }
  drawing.shapes.emplace_back(ClipEnd{});
  draw_layer_texts(drawing, frame, panel);
}

}  // namespace sciwright::plot
