#include "earthquake/data/score_pictures.h"

#include <algorithm>

#include <fmt/format.h>

namespace sciwright::earthquake {
namespace {

constexpr std::size_t kParametersPerPanel = 8;

/// Adds one group of bars to a panel.
void add_row(const ScoreRow& row, const std::string& model_name, plot::Panel& panel,
             plot::Bars& bars) {
  panel.x.categories.push_back(
      fmt::format("{} ({}/{})", row.parameter.name, row.parameter.shared(), row.parameter.window));
  std::size_t next = 0;
  const auto add = [&](const std::string& name, const ForecastScore& score) {
    if (next == bars.series.size()) bars.series.push_back({.name = name});
    bars.series[next++].heights.push_back(score.all.average_nnse);
  };
  if (row.model) add(model_name, *row.model);
  for (const auto& [name, score] : row.baselines) add(name, score);
}

}  // namespace

plot::Figure nnse_picture(const std::vector<ScoreRow>& rows, const std::string& forecast_name) {
  std::vector<std::string> periods;
  for (const ScoreRow& row : rows) {
    if (std::find(periods.begin(), periods.end(), row.period) == periods.end()) {
      periods.push_back(row.period);
    }
  }
  plot::Figure figure{
      .title = "Average NNSE of the forecasts (known / all fortnights of the target in brackets)",
      .description = "Bars of the model and the baselines for each parameter.",
      .width_px = 1280};
  for (const std::string& period : periods) {
    std::vector<const ScoreRow*> of_period;
    for (const ScoreRow& row : rows) {
      if (row.period == period) of_period.push_back(&row);
    }
    for (std::size_t begin = 0; begin < of_period.size(); begin += kParametersPerPanel) {
      plot::Panel panel{.x = {.kind = plot::AxisKind::kCategory},
                        .y = {.label = "average NNSE", .low = 0, .high = 1}};
      if (period != "all") panel.title = "Period: " + period;
      plot::Bars bars;
      for (std::size_t i = begin; i < std::min(begin + kParametersPerPanel, of_period.size());
           ++i) {
        add_row(*of_period[i], forecast_name, panel, bars);
      }
      panel.layers = {std::move(bars),
                      plot::HorizontalLine{.name = "no skill: a pixel's own mean", .y = 0.5}};
      panel.legend = begin == 0;
      figure.panels.push_back(std::move(panel));
    }
  }
  figure.height_px = 60 + 300 * static_cast<int>(figure.panels.size());
  return figure;
}

}  // namespace sciwright::earthquake
