#include "plot/panel_layout.h"

#include <algorithm>
#include <cmath>

namespace sciwright::plot {
namespace {

constexpr double kSlantedSlope = 0.6;  // sin of the 37 degrees slanted labels stand at
constexpr double kSlantedReach = 0.8;  // and their cos

Ticks axis_ticks(const Axis& axis, const Scale& scale, int target) {
  const double low = std::min(scale.low, scale.high);
  const double high = std::max(scale.low, scale.high);
  switch (axis.kind) {
    case AxisKind::kLog:
      return log_ticks(low, high, target);
    case AxisKind::kDate:
      return date_ticks(low, high, target);
    case AxisKind::kCategory:
      return category_ticks(axis.categories);
    case AxisKind::kLinear:
      break;
  }
  return linear_ticks(low, high, target);
}

double widest_label_px(const Ticks& ticks) {
  double widest = 0;
  for (const Tick& tick : ticks.major) {
    widest = std::max(widest, text_width_px(tick.label, kTickSizePx));
  }
  return widest;
}

/// True when no label along a horizontal axis touches the next.
bool labels_fit(const Ticks& ticks, const Scale& scale, double width_px) {
  for (std::size_t i = 1; i < ticks.major.size(); ++i) {
    const Tick& a = ticks.major[i - 1];
    const Tick& b = ticks.major[i];
    const double needed_px =
        (text_width_px(a.label, kTickSizePx) + text_width_px(b.label, kTickSizePx)) / 2 + 8;
    const double distance_px =
        std::abs(scale.fraction(b.value) - scale.fraction(a.value)) * width_px;
    if (distance_px < needed_px) return false;
  }
  return true;
}

/// Leaves every k-th label, so that slanted ones stand a line apart.
void thin_slanted_labels(Ticks& ticks, double slot_px) {
  const double stride = std::ceil((kTickSizePx + 1) / std::max(slot_px, 1e-3));
  for (std::size_t i = 0; i < ticks.major.size(); ++i) {
    if (std::fmod(static_cast<double>(i), stride) != 0) ticks.major[i].label.clear();
  }
}

/// As many ticks as have room; names of categories are slanted when they have none.
void set_x_ticks(PanelLayout& layout, double width_px) {
  const Panel& panel = *layout.panel;
  const Scale& scale = layout.frame.x;
  for (int target = std::max(2, static_cast<int>(width_px / 55)); target >= 1; --target) {
    layout.x_ticks = axis_ticks(panel.x, scale, target);
    layout.slanted_x_labels = !labels_fit(layout.x_ticks, scale, width_px);
    if (!layout.slanted_x_labels || panel.x.kind == AxisKind::kCategory) break;
  }
  if (layout.slanted_x_labels) {
    thin_slanted_labels(layout.x_ticks, width_px / std::abs(scale.high - scale.low));
  }
}

void set_color_bar(PanelLayout& layout, double height_px) {
  for (const Layer& layer : layout.panel->layers) {
    const auto* heatmap = std::get_if<Heatmap>(&layer);
    if (heatmap == nullptr || !heatmap->color_bar || heatmap->map == ColorMap::kCategorical) {
      continue;
    }
    const Scale scale = color_scale(*heatmap);
    const Axis axis{.kind = scale.logarithmic ? AxisKind::kLog : AxisKind::kLinear};
    const int target = std::max(2, static_cast<int>(height_px / 35));
    layout.color_bar = ColorBar{heatmap, scale, axis_ticks(axis, scale, target)};
    return;
  }
}

void set_side_margins(PanelLayout& layout) {
  const Panel& panel = *layout.panel;
  Margins& margins = layout.margins;
  margins.left_px = kEdgePx;
  margins.right_px = kEdgePx;
  if (panel.show_axes) {
    margins.left_px += kTickLengthPx + 3 + widest_label_px(layout.y_ticks);
    if (!axis_label(panel.y.label, layout.y_ticks).empty()) margins.left_px += kLabelSizePx + 5;
  }
  if (layout.color_bar) {
    margins.right_px += 10 + kColorBarPx + 5 + widest_label_px(layout.color_bar->ticks);
    const std::string label =
        axis_label(layout.color_bar->heatmap->color_label, layout.color_bar->ticks);
    if (!label.empty()) margins.right_px += kLabelSizePx + 6;
  }
}

/// Slanted names end below their ticks and begin left of them: none may begin outside of the cell.
void make_room_for_slanted_names(PanelLayout& layout) {
  if (layout.panel->x.kind != AxisKind::kCategory || !layout.panel->show_axes) return;
  Margins& margins = layout.margins;
  const double width_px = layout.cell.width_px - margins.left_px - margins.right_px;
  set_x_ticks(layout, width_px);
  if (!layout.slanted_x_labels) return;
  double needed_px = 0;
  for (const Tick& tick : layout.x_ticks.major) {
    const double reach_px = kSlantedReach * text_width_px(tick.label, kTickSizePx);
    needed_px = std::max(needed_px, reach_px - layout.frame.x.fraction(tick.value) * width_px);
  }
  margins.left_px = std::max(margins.left_px, std::min(needed_px, layout.cell.width_px / 3));
}

void set_legend_rows(PanelLayout& layout, double width_px) {
  if (!layout.panel->legend) return;
  double used_px = 0;
  for (LegendEntry& entry : legend_entries(*layout.panel)) {
    const double entry_px = legend_entry_px(entry);
    if (layout.legend_rows.empty() || used_px + entry_px > width_px) {
      layout.legend_rows.emplace_back();
      used_px = 0;
    }
    used_px += entry_px;
    layout.legend_rows.back().push_back(std::move(entry));
  }
}

void set_height_margins(PanelLayout& layout) {
  const Panel& panel = *layout.panel;
  const double width_px = layout.cell.width_px - layout.margins.left_px - layout.margins.right_px;
  set_x_ticks(layout, width_px);
  layout.title_lines = wrapped_lines(panel.title, width_px, kTitleSizePx, Weight::kBold);
  set_legend_rows(layout, width_px);
  const auto num_lines = static_cast<double>(layout.title_lines.size() + layout.legend_rows.size());
  layout.margins.top_px = 8 + num_lines * kLineHeightPx + (num_lines > 0 ? 4 : 0);
  layout.margins.bottom_px = kEdgePx;
  if (!panel.show_axes) return;
  layout.margins.bottom_px += kTickLengthPx + 2;
  layout.margins.bottom_px +=
      layout.slanted_x_labels ? 6 + kSlantedSlope * widest_label_px(layout.x_ticks) : kTickSizePx;
  if (!axis_label(panel.x.label, layout.x_ticks).empty()) {
    layout.margins.bottom_px += kLabelSizePx + 5;
  }
}

/// The plot in its cell, on whole pixels and a half so that hairlines are sharp; made narrower or
/// lower where the panel asks for an aspect ratio.
void set_plot_rect(PanelLayout& layout) {
  const Margins& m = layout.margins;
  const Rect& cell = layout.cell;
  double width_px = std::max(cell.width_px - m.left_px - m.right_px, 10.0);
  double height_px = std::max(cell.height_px - m.top_px - m.bottom_px, 10.0);
  const Frame& frame = layout.frame;
  if (layout.panel->aspect_ratio > 0) {
    const double height_per_width =
        std::abs((frame.y.high - frame.y.low) / (frame.x.high - frame.x.low)) *
        layout.panel->aspect_ratio;
    width_px = std::min(width_px, height_px / height_per_width);
    height_px = std::min(height_px, width_px * height_per_width);
  }
  layout.frame.plot = {std::round(cell.x_px + m.left_px) + 0.5,
                       std::round(cell.y_px + m.top_px) + 0.5, std::round(width_px),
                       std::round(height_px)};
}

std::vector<PanelLayout> empty_grid(const Figure& figure, double header_px) {
  const auto columns = static_cast<std::size_t>(std::max(figure.columns, 1));
  const std::size_t num_rows = (figure.panels.size() + columns - 1) / columns;
  const double width_px = figure.width_px / static_cast<double>(columns);
  const double height_px =
      (figure.height_px - header_px) / static_cast<double>(std::max<std::size_t>(num_rows, 1));
  std::vector<PanelLayout> layouts;
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    PanelLayout layout;
    layout.panel = &figure.panels[i];
    layout.cell = {static_cast<double>(i % columns) * width_px,
                   header_px + static_cast<double>(i / columns) * height_px, width_px, height_px};
    layout.frame.x = axis_scale(figure.panels[i], Direction::kX);
    layout.frame.y = axis_scale(figure.panels[i], Direction::kY);
    layouts.push_back(std::move(layout));
  }
  return layouts;
}

void line_up_sides(std::vector<PanelLayout>& layouts, std::size_t columns) {
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    for (std::size_t j = 0; j < layouts.size(); ++j) {
      const bool both_maps =
          layouts[i].panel->aspect_ratio > 0 && layouts[j].panel->aspect_ratio > 0;
      if (i % columns != j % columns && !both_maps) continue;
      Margins& m = layouts[i].margins;
      m.left_px = std::max(m.left_px, layouts[j].margins.left_px);
      m.right_px = std::max(m.right_px, layouts[j].margins.right_px);
    }
  }
}

void line_up_rows(std::vector<PanelLayout>& layouts, std::size_t columns) {
  for (std::size_t i = 0; i < layouts.size(); ++i) {
    const std::size_t row = i / columns * columns;
    for (std::size_t j = row; j < std::min(row + columns, layouts.size()); ++j) {
      Margins& m = layouts[i].margins;
      m.top_px = std::max(m.top_px, layouts[j].margins.top_px);
      m.bottom_px = std::max(m.bottom_px, layouts[j].margins.bottom_px);
    }
  }
}

}  // namespace

std::vector<PanelLayout> panel_layouts(const Figure& figure, double header_px) {
  std::vector<PanelLayout> layouts = empty_grid(figure, header_px);
  const auto columns = static_cast<std::size_t>(std::max(figure.columns, 1));
  for (PanelLayout& layout : layouts) {
    const double height_px = 0.7 * layout.cell.height_px;
    layout.y_ticks =
        axis_ticks(layout.panel->y, layout.frame.y, std::max(2, static_cast<int>(height_px / 30)));
    set_color_bar(layout, height_px);
    set_side_margins(layout);
    make_room_for_slanted_names(layout);
  }
  line_up_sides(layouts, columns);
  for (PanelLayout& layout : layouts) set_height_margins(layout);
  line_up_rows(layouts, columns);
  for (PanelLayout& layout : layouts) set_plot_rect(layout);
  return layouts;
}

double legend_entry_px(const LegendEntry& entry) {
  return kLegendKeyPx + 5 + text_width_px(entry.name, kLegendSizePx) + 16;
}

bool shows_raster(const Panel& panel) {
  return std::any_of(panel.layers.begin(), panel.layers.end(), [](const Layer& layer) {
    return std::holds_alternative<Heatmap>(layer) || std::holds_alternative<RgbImage>(layer);
  });
}

std::string axis_label(const std::string& label, const Ticks& ticks) {
  if (ticks.exponent == 0) return label;
  const std::string power = "×10" + superscript(ticks.exponent);
  return label.empty() ? power : label + " (" + power + ")";
}

}  // namespace sciwright::plot
