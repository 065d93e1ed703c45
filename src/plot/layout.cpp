#include "plot/layout.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "plot/panel_layout.h"
#include "plot/raster.h"

namespace sciwright::plot {
namespace {

constexpr Color kAxisColor{90, 90, 90};
constexpr Color kGridColor{232, 232, 232};
constexpr double kFigureTitleSizePx = 15;
constexpr double kFigureTitleLinePx = 20;
constexpr double kHalfCapHeight = 0.36;  // of the text size: lowers a baseline to center digits

double snapped(double position_px) { return std::round(position_px - 0.5) + 0.5; }

/// Draws everything around a panel's data.
struct Axes {
  Drawing& out;
  const PanelLayout& layout;

  const Rect& plot() const { return layout.frame.plot; }
  double x_px(double value) const {
    return snapped(layout.frame.at(value, layout.frame.y.low).x_px);
  }
  double y_px(double value) const {
    return snapped(layout.frame.at(layout.frame.x.low, value).y_px);
  }
  bool on_x(double value) const { return is_on(layout.frame.x, value); }
  bool on_y(double value) const { return is_on(layout.frame.y, value); }
  static bool is_on(const Scale& scale, double value) {
    const double fraction = scale.fraction(value);
    return fraction > -1e-6 && fraction < 1 + 1e-6;
  }

  void draw_grid() const {
    Path grid{.stroke = kGridColor, .stroke_px = 0.8};
    for (const Tick& tick : layout.y_ticks.major) {
      if (!on_y(tick.value) || layout.panel->y.kind == AxisKind::kCategory) continue;
      const double y = y_px(tick.value);
      grid.subpaths.push_back({{plot().x_px, y}, {plot().right_px(), y}});
    }
    for (const Tick& tick : layout.x_ticks.major) {
      if (!on_x(tick.value) || layout.panel->x.kind == AxisKind::kCategory) continue;
      const double x = x_px(tick.value);
      grid.subpaths.push_back({{x, plot().y_px}, {x, plot().bottom_px()}});
    }
    out.shapes.emplace_back(std::move(grid));
  }

  /// Left and lower axis, or a box around pictures and maps; ticks outside.
  void draw_lines() const {
    Path lines{.stroke = kAxisColor, .stroke_px = 0.9};
    const Rect& p = plot();
    lines.subpaths.push_back(
        {{p.x_px, p.y_px}, {p.x_px, p.bottom_px()}, {p.right_px(), p.bottom_px()}});
    if (shows_raster(*layout.panel)) {
      lines.subpaths.push_back(
          {{p.x_px, p.y_px}, {p.right_px(), p.y_px}, {p.right_px(), p.bottom_px()}});
    }
    if (layout.panel->show_axes) {
      for (const Tick& tick : layout.x_ticks.major) add_x_tick(lines, tick.value, kTickLengthPx);
      for (const Tick& tick : layout.y_ticks.major) add_y_tick(lines, tick.value, kTickLengthPx);
      for (const double value : layout.x_ticks.minor) add_x_tick(lines, value, kTickLengthPx / 2);
      for (const double value : layout.y_ticks.minor) add_y_tick(lines, value, kTickLengthPx / 2);
    }
    out.shapes.emplace_back(std::move(lines));
  }
  void add_x_tick(Path& lines, double value, double length_px) const {
    if (!on_x(value)) return;
    const double x = x_px(value);
    lines.subpaths.push_back({{x, plot().bottom_px()}, {x, plot().bottom_px() + length_px}});
  }
  void add_y_tick(Path& lines, double value, double length_px) const {
    if (!on_y(value)) return;
    const double y = y_px(value);
    lines.subpaths.push_back({{plot().x_px - length_px, y}, {plot().x_px, y}});
  }

  void draw_x_labels() const {
    const double y = plot().bottom_px() + kTickLengthPx + 2;
    for (const Tick& tick : layout.x_ticks.major) {
      if (!on_x(tick.value) || tick.label.empty()) continue;
      Text text{.text = tick.label, .size_px = kTickSizePx, .color = kAxisColor};
      if (layout.slanted_x_labels) {
        text.at = {x_px(tick.value) + 4, y + 8};
        text.anchor = Anchor::kEnd;
        text.clockwise_deg = -37;
      } else {
        // Kept within the cell: the last date would reach over its edge.
        const double half_px = text_width_px(tick.label, kTickSizePx) / 2 + 2;
        text.at = {
            std::clamp(x_px(tick.value), layout.cell.x_px + half_px,
                       std::max(layout.cell.right_px() - half_px, layout.cell.x_px + half_px)),
            y + kTickSizePx - 1};
        text.anchor = Anchor::kMiddle;
      }
      out.shapes.emplace_back(std::move(text));
    }
  }

  void draw_y_labels() const {
    for (const Tick& tick : layout.y_ticks.major) {
      if (!on_y(tick.value) || tick.label.empty()) continue;
      out.shapes.emplace_back(Text{
          .at = {plot().x_px - kTickLengthPx - 3, y_px(tick.value) + kHalfCapHeight * kTickSizePx},
          .text = tick.label,
          .size_px = kTickSizePx,
          .anchor = Anchor::kEnd,
          .color = kAxisColor});
    }
  }

  void draw_axis_labels() const {
    const double bottom_px = plot().bottom_px() + layout.margins.bottom_px;
    out.shapes.emplace_back(Text{.at = {plot().x_px + plot().width_px / 2, bottom_px - kEdgePx},
                                 .text = axis_label(layout.panel->x.label, layout.x_ticks),
                                 .size_px = kLabelSizePx,
                                 .anchor = Anchor::kMiddle});
    out.shapes.emplace_back(Text{
        .at = {layout.cell.x_px + kEdgePx + kLabelSizePx - 2, plot().y_px + plot().height_px / 2},
        .text = axis_label(layout.panel->y.label, layout.y_ticks),
        .size_px = kLabelSizePx,
        .anchor = Anchor::kMiddle,
        .clockwise_deg = -90});
  }

  void draw_header() const {
    double y = plot().y_px - layout.margins.top_px + 8 + kTitleSizePx - 1;
    for (const std::string& line : layout.title_lines) {
      out.shapes.emplace_back(Text{
          .at = {plot().x_px, y}, .text = line, .size_px = kTitleSizePx, .weight = Weight::kBold});
      y += kLineHeightPx;
    }
    for (const std::vector<LegendEntry>& row : layout.legend_rows) {
      double x = plot().x_px;
      for (const LegendEntry& entry : row) {
        draw_key(entry, {x, y - kHalfCapHeight * kLegendSizePx});
        out.shapes.emplace_back(
            Text{.at = {x + kLegendKeyPx + 5, y}, .text = entry.name, .size_px = kLegendSizePx});
        x += legend_entry_px(entry);
      }
      y += kLineHeightPx;
    }
  }

  void draw_key(const LegendEntry& entry, const Point& left) const {
    const double right_px = left.x_px + kLegendKeyPx;
    if (entry.key == LegendEntry::Key::kDot) {
      out.shapes.emplace_back(Dots{.centers = {{left.x_px + kLegendKeyPx / 2, left.y_px}},
                                   .radius_px = 3.5,
                                   .color = entry.color});
    } else if (entry.key == LegendEntry::Key::kLine) {
      out.shapes.emplace_back(Path{.subpaths = {{left, {right_px, left.y_px}}},
                                   .stroke = entry.color,
                                   .stroke_px = 2,
                                   .dash = entry.dash});
    } else {
      const Rect box{left.x_px + 2, left.y_px - 5, kLegendKeyPx - 4, 10};
      out.shapes.emplace_back(
          Path{.subpaths = {corners(box)}, .closed = true, .fill = entry.color});
    }
  }

  void draw_color_bar(const ColorBar& bar) const {
    constexpr int kSteps = 128;
    Heatmap ramp{.rows = kSteps, .cols = 1, .map = bar.heatmap->map};
    for (int i = 0; i < kSteps; ++i) ramp.values.push_back(kSteps - i);
    Raster raster = raster_of(ramp);
    const Rect rect{plot().right_px() + 10, plot().y_px, kColorBarPx, plot().height_px};
    raster.rect = rect;
    out.shapes.emplace_back(std::move(raster));
    Path lines{.stroke = kAxisColor, .stroke_px = 0.8};
    for (const Tick& tick : bar.ticks.major) {
      if (!is_on(bar.scale, tick.value)) continue;
      const double y = snapped(rect.bottom_px() - bar.scale.fraction(tick.value) * rect.height_px);
      lines.subpaths.push_back({{rect.right_px(), y}, {rect.right_px() + 3, y}});
      out.shapes.emplace_back(Text{.at = {rect.right_px() + 5, y + kHalfCapHeight * kTickSizePx},
                                   .text = tick.label,
                                   .size_px = kTickSizePx,
                                   .color = kAxisColor});
    }
    out.shapes.emplace_back(std::move(lines));
    out.shapes.emplace_back(Text{
        .at = {rect.x_px + layout.margins.right_px - 10 - kEdgePx, rect.y_px + rect.height_px / 2},
        .text = axis_label(bar.heatmap->color_label, bar.ticks),
        .size_px = kLabelSizePx,
        .anchor = Anchor::kMiddle,
        .clockwise_deg = -90});
  }
};

void draw_panel(Drawing& drawing, const PanelLayout& layout) {
  const Axes axes{drawing, layout};
  axes.draw_header();
  if (!shows_raster(*layout.panel)) axes.draw_grid();
  draw_layers(drawing, layout.frame, *layout.panel);
  axes.draw_lines();
  if (layout.panel->show_axes) {
    axes.draw_x_labels();
    axes.draw_y_labels();
    axes.draw_axis_labels();
  }
  if (layout.color_bar) axes.draw_color_bar(*layout.color_bar);
}

/// What can be seen, where the figure does not say it: "loss: loss over epoch (training,
/// validation)."
std::string description_of(const Figure& figure) {
  std::string text;
  for (const Panel& panel : figure.panels) {
    if (!text.empty()) text += ' ';
    if (!panel.title.empty()) text += panel.title + ": ";
    text += fmt::format("{} over {}", panel.y.label.empty() ? "y" : panel.y.label,
                        panel.x.label.empty() ? "x" : panel.x.label);
    std::string names;
    for (const LegendEntry& entry : legend_entries(panel)) {
      names += (names.empty() ? " (" : ", ") + entry.name;
    }
    text += names.empty() ? "." : names + ").";
  }
  return text;
}

}  // namespace

Drawing lay_out(const Figure& figure) {
  Drawing drawing{
      .width_px = std::max(figure.width_px, 50),
      .height_px = std::max(figure.height_px, 50),
      .title = figure.title,
      .description = figure.description.empty() ? description_of(figure) : figure.description};
  double header_px = 0;
  for (const std::string& line : wrapped_lines(figure.title, drawing.width_px - 2 * kEdgePx,
                                               kFigureTitleSizePx, Weight::kBold)) {
    header_px += kFigureTitleLinePx;
    drawing.shapes.emplace_back(Text{.at = {kEdgePx, header_px + 4},
                                     .text = line,
                                     .size_px = kFigureTitleSizePx,
                                     .weight = Weight::kBold});
  }
  for (const PanelLayout& layout : panel_layouts(figure, header_px > 0 ? header_px + 6 : 0)) {
    draw_panel(drawing, layout);
  }
  return drawing;
}

}  // namespace sciwright::plot
