#include "earthquake/data/map_pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/clock.h"
#include "earthquake/data/gilbert_curve.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

using plot::Heatmap;
using plot::Panel;
using plot::Values;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kAspectRatio = 1.2062;  // 1 / cos(34°), the middle of the box

Heatmap grid_map(Values values) {
  return {.rows = kGridRows,
          .cols = kGridColumns,
          .values = std::move(values),
          .extent = {kWestDeg, kEastDeg, kNorthDeg, kSouthDeg}};
}

Panel map_panel(std::string title, Heatmap map) {
  return {.title = std::move(title),
          .x = {.label = "longitude [°]", .low = kWestDeg, .high = kEastDeg},
          .y = {.label = "latitude [°]", .low = kSouthDeg, .high = kNorthDeg},
          .layers = {std::move(map)},
          .aspect_ratio = kAspectRatio};
}

/// V / (V + D) of a pixel over the sequences that have an observation; NaN where all are alike.
double pixel_nnse(const double* observed, std::span<const float> forecast,
                  const SequenceRange& range) {
  const auto [lowest, highest] = std::minmax_element(observed + range.begin, observed + range.end);
  if (range.count() <= 0 || *lowest == *highest) return kNan;
  double mean = 0;
  for (int s = range.begin; s < range.end; ++s) mean += observed[s] / range.count();
  double variance_sum = 0;
  double squared_error_sum = 0;
  for (int s = range.begin; s < range.end; ++s) {
    const double error = observed[s] - static_cast<double>(forecast[static_cast<std::size_t>(s)]);
    variance_sum += (observed[s] - mean) * (observed[s] - mean);
    squared_error_sum += error * error;
  }
  return nnse(variance_sum, squared_error_sum);
}

Values nnse_values(const PictureTask& task, std::size_t index) {
  const Dataset& d = task.dataset;
  const PredictionParameter& parameter = task.parameters[index];
  const int first_end = d.protocol.axis.target_end(0, parameter);
  const PixelSeries<double>& magnitudes = d.history.magnitude(parameter.window);
  SequenceRange range = sequences_for(shown_period(d.protocol), d.protocol.axis, parameter);
  range.end = std::min(range.end, magnitudes.num_times - first_end);
  Values out(kGridPixels, kNan);
  for (int row = 0; row < d.history.num_pixels(); ++row) {
    const auto loc = static_cast<std::size_t>(d.split.locs[static_cast<std::size_t>(row)]);
    out[loc] =
        pixel_nnse(magnitudes.row(row).data() + first_end, task.forecasts[index].row(row), range);
  }
  return out;
}

/// A figure for maps side by side.
plot::Figure map_grid(std::size_t num_maps) {
  constexpr int kColumns = 4;
  const int num_rows = (static_cast<int>(num_maps) + kColumns - 1) / kColumns;
  return {.description = "A map per predicted parameter.",
          .width_px = 1400,
          .height_px = 60 + 250 * num_rows,
          .columns = kColumns};
}

/// A map of such a figure, without axis labels.
Panel small_map_panel(std::string title, Heatmap map) {
  Panel panel = map_panel(std::move(title), std::move(map));
  panel.x.label.clear();
  panel.y.label.clear();
  return panel;
}

std::string outlook_title(const OutlookRow& row) {
  return fmt::format("{}, {} to {}", row.parameter.name, iso_date(row.first_day),
                     iso_date(row.last_day));
}

/// Values of an outlook's pixels on the grid, gaps elsewhere.
template <class ValueOf>
Values pixel_values(const Outlook& outlook, const ValueOf& value_of) {
  Values out(kGridPixels, kNan);
  for (std::size_t p = 0; p < outlook.split.locs.size(); ++p) {
    out[static_cast<std::size_t>(outlook.split.locs[p])] = value_of(p);
  }
  return out;
}

/// The largest absolute value, at least a hundredth so that equal maps stay white.
double largest(const Values& values) {
  double out = 0.01;
  for (const double value : values) {
    if (std::isfinite(value)) out = std::max(out, std::abs(value));
  }
  return out;
}

plot::Scatter epicentres(const Dataset& d) {
  plot::Scatter out{.name = fmt::format("{} largest earthquakes", d.top_earthquakes.size()),
                    .color = plot::kBlack,
                    .radius_px = 4};
  for (const TopEarthquake& event : d.top_earthquakes) {
    out.x.push_back(event.longitude_deg);
    out.y.push_back(event.latitude_deg);
  }
  return out;
}

}  // namespace

plot::Figure activity_picture(const Dataset& d) {
  Values counts(kGridPixels, 0.0);
  Values magnitudes(kGridPixels, 0.0);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const auto pixel = static_cast<std::size_t>(loc);
    for (const std::int32_t count : d.fortnights.num_large.row(loc)) counts[pixel] += count;
    for (const double energy : d.fortnights.energy.row(loc)) {
      magnitudes[pixel] += magnitude_of_energy(energy) / d.fortnights.num();
    }
    if (counts[pixel] == 0) counts[pixel] = kNan;
  }
  Heatmap count_map = grid_map(std::move(counts));
  count_map.logarithmic = true;
  count_map.color_label = "events";
  Heatmap magnitude_map = grid_map(std::move(magnitudes));
  magnitude_map.color_label = "magnitude";
  return {
      .title = "Activity of the pixels",
      .description = "Maps of the number of large events and of the mean magnitude.",
      .width_px = 1200,
      .height_px = 430,
      .columns = 2,
      .panels = {map_panel("Events of m ≥ 3.29 (none: white)", std::move(count_map)),
                 map_panel("Mean magnitude of a fortnight's energy", std::move(magnitude_map))}};
}

plot::Figure nnse_map_picture(const PictureTask& task) {
  plot::Figure figure = map_grid(task.parameters.size());
  figure.title = fmt::format(
      "NNSE of each pixel, forecast by {}, period {} (white: 0.5, a pixel's own mean, or no value)",
      task.forecast_name, shown_period(task.dataset.protocol).name);
  for (std::size_t i = 0; i < task.parameters.size(); ++i) {
    Heatmap map = grid_map(nnse_values(task, i));
    map.map = plot::ColorMap::kBlueRed;
    map.low = 0;
    map.high = 1;
    figure.panels.push_back(small_map_panel(task.parameters[i].name, std::move(map)));
  }
  return figure;
}

plot::Figure outlook_picture(const Outlook& outlook) {
  plot::Figure figure = map_grid(outlook.rows.size());
  figure.title = fmt::format("Forecast by {} from {} on, magnitude of a window's energy",
                             outlook.model, iso_date(outlook.last_input_day + 1));
  for (const OutlookRow& row : outlook.rows) {
    Heatmap map = grid_map(
        pixel_values(outlook, [&](std::size_t p) { return static_cast<double>(row.forecast[p]); }));
    figure.panels.push_back(small_map_panel(outlook_title(row), std::move(map)));
  }
  return figure;
}

plot::Figure outlook_excess_picture(const Outlook& outlook) {
  plot::Figure figure = map_grid(outlook.rows.size());
  figure.title = fmt::format("Forecast by {} from {} on less climatology, in magnitudes",
                             outlook.model, iso_date(outlook.last_input_day + 1));
  for (const OutlookRow& row : outlook.rows) {
    const PixelValues& climatology = row.trivial.front().second;
    Heatmap map = grid_map(pixel_values(outlook, [&](std::size_t p) {
      return static_cast<double>(row.forecast[p] - climatology[p]);
    }));
    map.map = plot::ColorMap::kBlueRed;
    map.high = largest(map.values);
    map.low = -*map.high;
    figure.panels.push_back(small_map_panel(outlook_title(row), std::move(map)));
  }
  return figure;
}

plot::Figure fault_picture(const Dataset& d) {
  const char* const titles[kNumFaultLabels] = {"Label 0: along the curve", "Label 1: reflected",
                                               "Label 2: reflected", "Label 3: reflected"};
  plot::Figure figure{.title = "Fault groups, numbered along a gilbert curve and its reflections",
                      .description = d.fault_source,
                      .width_px = 1200,
                      .height_px = 820,
                      .columns = 2};
  for (std::size_t i = 0; i < d.faults.size(); ++i) {
    Heatmap map = grid_map(Values(d.faults[i].begin(), d.faults[i].end()));
    map.color_label = "number";
    figure.panels.push_back(map_panel(titles[i], std::move(map)));
  }
  return figure;
}

plot::Figure pixel_picture(const Dataset& d) {
  Values groups(kGridPixels, kNan);
  for (std::size_t i = 0; i < d.split.locs.size(); ++i) {
    groups[static_cast<std::size_t>(d.split.locs[i])] = d.split.is_validation[i] != 0 ? 1 : 0;
  }
  const int num_validation = d.split.num_validation();
  const int num_training = static_cast<int>(d.split.locs.size()) - num_validation;
  Heatmap map = grid_map(std::move(groups));
  map.map = plot::ColorMap::kCategorical;
  map.category_names = {fmt::format("{} training pixels", num_training)};
  if (num_validation > 0) {
    map.category_names.push_back(fmt::format("{} validation pixels", num_validation));
  }
  Panel panel = map_panel("", std::move(map));
  panel.layers.emplace_back(epicentres(d));
  return {.title = fmt::format("The {} active pixels", d.split.locs.size()),
          .description = "Map of the pixels that train and validate.",
          .width_px = 860,
          .height_px = 620,
          .panels = {std::move(panel)}};
}

plot::Figure gilbert_picture() {
  plot::Line curve{.width_px = 1.2};
  for (const GridCell& cell : gilbert_curve(kGridColumns, kGridRows)) {
    curve.x.push_back(cell.column);
    curve.y.push_back(cell.row);
  }
  Panel panel{
      .x = {.label = "column (west to east)", .low = -1, .high = kGridColumns},
      .y = {.label = "row (north to south)", .low = kGridRows, .high = -1},
      .layers = {curve,
                 plot::Scatter{.name = "start", .x = {curve.x.front()}, .y = {curve.y.front()}},
                 plot::Scatter{.name = "end", .x = {curve.x.back()}, .y = {curve.y.back()}}},
      .aspect_ratio = 1};
  return {.title = "Gilbert curve through the 60 × 40 pixels",
          .description = "A space-filling curve that visits each pixel once.",
          .width_px = 900,
          .height_px = 660,
          .panels = {std::move(panel)}};
}

}  // namespace sciwright::earthquake
