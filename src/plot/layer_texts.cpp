#include "plot/layer_texts.h"

#include <algorithm>
#include <cmath>

namespace sciwright::plot {
namespace {

constexpr double kTextSizePx = 10;  // of all texts here
constexpr double kLineHeightPx = 14;
constexpr Color kPaper{255, 255, 255, 0.75};

bool contains(const Rect& rect, const Point& point) {
  return point.x_px >= rect.x_px && point.x_px <= rect.right_px() && point.y_px >= rect.y_px &&
         point.y_px <= rect.bottom_px();
}

/// Writes the texts of one layer.
struct Writer {
  Drawing& out;
  const Frame& frame;
  std::vector<double>& marked_px;  ///< Where texts along marks already stand.

  void operator()(const Bars& bars) const {
    if (!bars.label_decimals) return;
    for (std::size_t s = 0; s < bars.series.size(); ++s) {
      const BarSeries& series = bars.series[s];
      for (std::size_t group = 0; group < series.heights.size(); ++group) {
        const double height = series.heights[group];
        const Values& ends = height < 0 ? series.error_low : series.error_high;
        const double end = group < ends.size() && std::isfinite(ends[group]) ? ends[group] : height;
        const BarPlace place = bar_place(bars, s, group);
        const Point left = frame.at(place.left, end);
        const double width_px = frame.at(place.right, end).x_px - left.x_px;
        write_value({left.x_px, left.y_px, width_px, height < 0 ? -1.0 : 1.0},
                    number_text(height, *bars.label_decimals));
      }
    }
  }

  /// Above the end of a bar, or below one that hangs; upright where the number is wider than the
  /// bar. The rectangle is the bar's end, its height the direction.
  void write_value(const Rect& end, const std::string& text) const {
    const Point middle{end.x_px + end.width_px / 2, end.y_px};
    if (!contains(frame.plot, middle)) return;
    const bool hangs = end.height_px < 0;
    Text label{.at = {middle.x_px, middle.y_px + (hangs ? kTextSizePx + 2 : -4)},
               .text = text,
               .size_px = kTextSizePx,
               .anchor = Anchor::kMiddle};
    if (text_width_px(text, kTextSizePx) > end.width_px + 4) {
      label.at = {middle.x_px + 0.35 * kTextSizePx, middle.y_px + (hangs ? 4 : -4)};
      label.anchor = hangs ? Anchor::kEnd : Anchor::kStart;
      label.clockwise_deg = -90;
    }
    out.shapes.emplace_back(std::move(label));
  }

  void operator()(const VerticalMarks& marks) const {
    for (const VerticalMarks::Mark& mark : marks.marks) {
      const double x_px = frame.at(mark.x, frame.y.low).x_px;
      const bool covers = std::any_of(marked_px.begin(), marked_px.end(), [&](double other_px) {
        return std::abs(other_px - x_px) < kTextSizePx + 2;
      });
      const bool outside = !(x_px >= frame.plot.x_px && x_px <= frame.plot.right_px());
      if (mark.label.empty() || covers || outside) continue;
      marked_px.push_back(x_px);
      // Left of its line, or right where the axis is in the way.
      const bool at_edge = x_px < frame.plot.x_px + kTextSizePx + 2;
      const double baseline_px = x_px + (at_edge ? kTextSizePx : -3);
      const double width_px = text_width_px(mark.label, kTextSizePx);
      write_paper(
          {baseline_px - 0.8 * kTextSizePx, frame.plot.y_px + 1, kTextSizePx, width_px + 4});
      out.shapes.emplace_back(Text{.at = {baseline_px, frame.plot.y_px + 3},
                                   .text = mark.label,
                                   .size_px = kTextSizePx,
                                   .anchor = Anchor::kEnd,
                                   .color = marks.color,
                                   .clockwise_deg = -90});
    }
  }

  void operator()(const PointLabel& label) const {
    const Point place = frame.at(label.x, label.y);
    if (!contains(frame.plot, place)) return;
    const double width_px = text_width_px(label.text, kTextSizePx);
    const bool flipped = place.x_px + 5 + width_px > frame.plot.right_px();
    const Point start{place.x_px + (flipped ? -5 - width_px : 5), place.y_px - 4};
    write_paper(
        {start.x_px - 1, start.y_px - 0.8 * kTextSizePx - 1, width_px + 2, kTextSizePx + 2});
    out.shapes.emplace_back(Text{.at = start, .text = label.text, .size_px = kTextSizePx});
  }

  /// Keeps a text legible above lines and dark maps.
  void write_paper(const Rect& rect) const {
    out.shapes.emplace_back(Path{.subpaths = {corners(rect)}, .closed = true, .fill = kPaper});
  }

  void operator()(const TextBox& box) const {
    const std::vector<std::string> lines =
        wrapped_lines(box.text, frame.plot.width_px - 24, kTextSizePx);
    double width_px = 0;
    for (const std::string& line : lines) {
      width_px = std::max(width_px, text_width_px(line, kTextSizePx));
    }
    const bool right = box.corner == Corner::kTopRight || box.corner == Corner::kBottomRight;
    const bool bottom = box.corner == Corner::kBottomLeft || box.corner == Corner::kBottomRight;
    Rect rect{.width_px = width_px + 12,
              .height_px = kLineHeightPx * static_cast<double>(lines.size()) + 6};
    rect.x_px = right ? frame.plot.right_px() - rect.width_px - 6 : frame.plot.x_px + 6;
    rect.y_px = bottom ? frame.plot.bottom_px() - rect.height_px - 6 : frame.plot.y_px + 6;
    write_box(rect, lines);
  }

  void write_box(const Rect& rect, const std::vector<std::string>& lines) const {
    out.shapes.emplace_back(Path{.subpaths = {corners(rect)},
                                 .closed = true,
                                 .fill = kPaper,
                                 .stroke = Color{190, 190, 190},
                                 .stroke_px = 0.6});
    double y_px = rect.y_px + kLineHeightPx;
    for (const std::string& line : lines) {
      out.shapes.emplace_back(
          Text{.at = {rect.x_px + 6, y_px}, .text = line, .size_px = kTextSizePx});
      y_px += kLineHeightPx;
    }
  }

  void operator()(const auto&) const {}
};

}  // namespace

void draw_layer_texts(Drawing& drawing, const Frame& frame, const Panel& panel) {
  std::vector<double> marked_px;
  for (const Layer& layer : panel.layers) std::visit(Writer{drawing, frame, marked_px}, layer);
  if (has_data(panel)) return;
  drawing.shapes.emplace_back(Text{
      .at = {frame.plot.x_px + frame.plot.width_px / 2, frame.plot.y_px + frame.plot.height_px / 2},
      .text = "no data",
      .size_px = 12,
      .anchor = Anchor::kMiddle,
      .color = kGrey});
}

}  // namespace sciwright::plot
