#include "earthquake/data/series_pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/clock.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/observations.h"

namespace sciwright::earthquake {
namespace {

using plot::Line;
using plot::Panel;
using plot::Values;
using plot::VerticalMarks;

const plot::Color kObservedColor = plot::palette_color(0);
const plot::Color kForecastColor = plot::palette_color(1);
const plot::Color kErrorColor = plot::palette_color(2);

/// The middle of a fortnight, days since 1970: where an event's day is not far.
double middle_day(int fortnight) {
  return static_cast<double>(fortnight_start(fortnight)) + 0.5 * kDaysPerFortnight;
}

VerticalMarks::Mark mark_of(const TopEarthquake& event) {
  return {static_cast<double>(event.day),
          fmt::format("M{:.1f} {}", event.magnitude, civil_from_days(event.day).year)};
}

bool next_to(int a, int b) {
  return std::abs(a / kGridColumns - b / kGridColumns) <= 1 &&
         std::abs(a % kGridColumns - b % kGridColumns) <= 1;
}

/// Some pixels of a run, by their rows in its history.
struct PixelGroup {
  std::string name;  ///< "training pixels"
  std::vector<int> rows;
  GroupScore ForecastScore::*score;
};

std::vector<PixelGroup> pixel_groups(const Dataset& d) {
  PixelGroup training{"training pixels", {}, &ForecastScore::training};
  PixelGroup validation{"validation pixels", {}, &ForecastScore::validation};
  PixelGroup all{"pixels", {}, &ForecastScore::all};
  for (int row = 0; row < d.history.num_pixels(); ++row) {
    const bool held_out = d.split.is_validation[static_cast<std::size_t>(row)] != 0;
    (held_out ? validation : training).rows.push_back(row);
    all.rows.push_back(row);
  }
  if (!d.protocol.splits_pixels || training.rows.empty() || validation.rows.empty()) return {all};
  return {training, validation};
}

/// The largest earthquakes in the pixels of a group, and those only next to one.
struct GroupMarks {
  VerticalMarks inside{.name = "earthquake inside", .color = plot::kBlack};
  VerticalMarks beside{.name = "next to", .color = plot::kPurple};
};

GroupMarks marks_of(const Dataset& d, const PixelGroup& group) {
  GroupMarks out;
  for (const TopEarthquake& event : d.top_earthquakes) {
    const std::optional<int> pixel = pixel_of(event.latitude_deg, event.longitude_deg);
    if (!pixel) continue;
    const auto loc = [&](int row) { return d.split.locs[static_cast<std::size_t>(row)]; };
    if (std::any_of(group.rows.begin(), group.rows.end(),
                    [&](int row) { return loc(row) == *pixel; })) {
      out.inside.marks.push_back(mark_of(event));
    } else if (std::any_of(group.rows.begin(), group.rows.end(),
                           [&](int row) { return next_to(loc(row), *pixel); })) {
      out.beside.marks.push_back(mark_of(event));
    }
  }
  return out;
}

Values group_sum(const Forecast& series, const PixelGroup& group, const QuantityStatistics& scale) {
  Values sum(static_cast<std::size_t>(series.num_times), 0.0);
  for (const int row : group.rows) {
    const std::span<const float> values = series.row(row);
    for (std::size_t s = 0; s < sum.size(); ++s) sum[s] += scale.normalised(values[s]);
  }
  return sum;
}

/// "average NNSE 0.969, summed 0.995", for each scored period.
std::string score_title(const PictureTask& task, const PredictionParameter& parameter,
                        const PixelGroup& group) {
  std::string out;
  for (const ScoreRow& row : task.rows) {
    const ForecastScore* score = shown_score(row, task.forecast_name);
    if (row.parameter.name != parameter.name || score == nullptr) continue;
    const GroupScore& of_group = score->*group.score;
    out += fmt::format("{}{}average NNSE {:.3f}, summed {:.3f}", out.empty() ? "" : "; ",
                       row.period == "all" ? "" : row.period + " ", of_group.average_nnse,
                       of_group.summed_nnse);
  }
  return out;
}

/// The fit and the scored periods as tinted stretches, where they divide the time.
plot::Spans period_spans(const Protocol& protocol) {
  plot::Spans out;
  if (protocol.splits_pixels) return out;
  std::vector<Period> periods = protocol.scored;
  periods.insert(periods.begin(), protocol.fit);
  for (const Period& period : periods) {
    const double from = static_cast<double>(fortnight_start(std::max(period.begin, 0)));
    out.spans.push_back({from, static_cast<double>(fortnight_start(period.end)), period.name,
                         plot::palette_color(3 + out.spans.size())});
  }
  return out;
}

Panel forecast_panel(const PictureTask& task, std::size_t index, const PixelGroup& group) {
  const Dataset& d = task.dataset;
  const PredictionParameter& parameter = task.parameters[index];
  const SequenceAxis& axis = d.protocol.axis;
  const QuantityStatistics& scale = d.scales[static_cast<std::size_t>(parameter.quantity)];
  const Values observed = group_sum(observations(d.history, axis, parameter), group, scale);
  const Values forecast = group_sum(task.forecasts[index], group, scale);
  Values dates;
  Values error;
  for (std::size_t s = 0; s < observed.size(); ++s) {
    dates.push_back(middle_day(axis.target_end(static_cast<int>(s), parameter)));
    error.push_back(observed[s] - forecast[s]);
  }
  Panel panel{.title = fmt::format("{} {}: {}", group.rows.size(), group.name,
                                   score_title(task, parameter, group)),
              .x = {.kind = plot::AxisKind::kDate},
              .y = {.label = "normalised magnitude, summed"}};
  const plot::Spans spans = period_spans(d.protocol);
  if (!spans.spans.empty()) {
    panel.layers.emplace_back(spans);
    panel.x.low = dates.front();
    panel.x.high = dates.back();
  }
  const GroupMarks marks = marks_of(d, group);
  panel.layers.emplace_back(marks.beside);
  panel.layers.emplace_back(marks.inside);
  panel.layers.emplace_back(
      Line{.name = "observed", .x = dates, .y = observed, .color = kObservedColor});
  panel.layers.emplace_back(
      Line{.name = "forecast", .x = dates, .y = forecast, .color = kForecastColor, .width_px = 1});
  panel.layers.emplace_back(Line{.name = "observed − forecast",
                                 .x = dates,
                                 .y = error,
                                 .color = kErrorColor,
                                 .width_px = 0.9});
  return panel;
}

}  // namespace

plot::Figure loss_picture(const std::vector<EpochLoss>& history) {
  Line train{.name = "training"};
  Line validation{.name = "validation"};
  const EpochLoss* best = nullptr;
  for (const EpochLoss& epoch : history) {
    train.x.push_back(epoch.epoch);
    train.y.push_back(epoch.train);
    if (!epoch.validation) continue;
    validation.x.push_back(epoch.epoch);
    validation.y.push_back(*epoch.validation);
    if (best == nullptr || *epoch.validation < *best->validation) best = &epoch;
  }
  Panel panel{
      .x = {.label = "epoch"},
      .y = {.label = "loss", .kind = plot::AxisKind::kLog},
      .layers = {train, plot::Scatter{.x = train.x, .y = train.y, .color = kObservedColor}}};
  if (best != nullptr) {
    panel.layers.emplace_back(validation);
    panel.layers.emplace_back(
        plot::Scatter{.x = validation.x, .y = validation.y, .color = kForecastColor});
    panel.layers.emplace_back(plot::PointLabel{static_cast<double>(best->epoch), *best->validation,
                                               fmt::format("best {:.4g}", *best->validation)});
  }
  return {.title = "Loss of the training",
          .description = fmt::format("Training and validation loss of {} epochs.", history.size()),
          .width_px = 720,
          .height_px = 420,
          .panels = {panel}};
}

plot::Figure forecast_picture(const PictureTask& task, std::size_t index) {
  const PredictionParameter& parameter = task.parameters[index];
  const std::vector<PixelGroup> groups = pixel_groups(task.dataset);
  plot::Figure figure{.title = fmt::format(
                          "{}, forecast by {} ({} of {} fortnights of the target are known)",
                          parameter.name, task.forecast_name, parameter.shared(), parameter.window),
                      .description = fmt::format("Observation, forecast and error of {} over time.",
                                                 parameter.name),
                      .width_px = groups.size() == 2 ? 1280 : 1000,
                      .height_px = 420,
                      .columns = static_cast<int>(groups.size())};
  for (const PixelGroup& group : groups) {
    figure.panels.push_back(forecast_panel(task, index, group));
  }
  return figure;
}

plot::Figure observables_picture(const Dataset& d) {
  const Fortnights& fortnights = d.fortnights;
  Line magnitude{.width_px = 1};
  Line events{.width_px = 1};
  for (int k = 0; k < fortnights.num(); ++k) {
    double sum = 0;
    double count = 0;
    for (int loc = 0; loc < kGridPixels; ++loc) {
      sum += magnitude_of_energy(fortnights.energy.at(loc, k));
      count += fortnights.num_large.at(loc, k);
    }
    magnitude.x.push_back(middle_day(k));
    magnitude.y.push_back(sum);
    events.x.push_back(middle_day(k));
    events.y.push_back(count);
  }
  VerticalMarks marks{.name = "largest earthquakes"};
  for (const TopEarthquake& event : d.top_earthquakes) marks.marks.push_back(mark_of(event));
  plot::Figure figure{.title = "Observables of each fortnight, summed over the whole grid",
                      .description = "Sum of magnitudes, and number of events of m ≥ 3.29.",
                      .width_px = 1000,
                      .height_px = 640};
  figure.panels = {{.title = "Magnitude of each pixel's energy, summed over 2400 pixels",
                    .x = {.kind = plot::AxisKind::kDate},
                    .y = {.label = "magnitude, summed"},
                    .layers = {marks, magnitude}},
                   {.title = "Events of m ≥ 3.29",
                    .x = {.kind = plot::AxisKind::kDate},
                    .y = {.label = "events", .kind = plot::AxisKind::kLog},
                    .layers = {marks, events}}};
  return figure;
}

}  // namespace sciwright::earthquake
