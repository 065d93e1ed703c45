#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "report/figures.h"
#include "report/paper_tables.h"
#include "stats/summary.h"

namespace sciwright::report {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// What stands side by side, and the timers that are called so: ours first, then the reference's.
struct Phase {
  const char* name;
  std::array<std::string_view, 5> timers;
};
constexpr std::size_t kNumPhases = 3;
constexpr std::size_t kTraining = 1;
constexpr std::array<Phase, kNumPhases> kPhases = {{
    {"whole run", {"Total", "total"}},
    {"training", {"Training", "training", "training block"}},
    {"inference", {"Predict", "Bestfit", "Inference", "inference", "inference block"}},
}};

std::optional<double> seconds_of(const RunSet& set, const Run& run, const Phase& phase) {
  for (const std::string_view timer : phase.timers) {
    if (timer.empty()) break;
    const auto name = set.names.find(fmt::format("times_s.{}", timer));
    const auto seconds = name ? number_of(run.numbers, *name) : std::nullopt;
    if (seconds) return seconds;
  }
  return std::nullopt;
}

/// Seconds of the phases of the runs of one system and length.
struct SystemTimes {
  std::string label;
  std::array<std::vector<double>, kNumPhases> seconds = {};

  /// Of the first phase that is known.
  double mean() const {
    for (const std::vector<double>& values : seconds) {
      if (!values.empty()) return stats::summarize(values).mean;
    }
    return 0;
  }
};

/// The slowest first.
std::vector<SystemTimes> times_by_system(const RunSet& set) {
  std::map<std::pair<std::string, double>, SystemTimes> systems;
  for (const Run& run : set.runs) {
    if (!run.valid) continue;
    const std::string system = system_of(set, run);
    const double epochs = epochs_run_of(set, run).value_or(0);
    SystemTimes& times = systems[{system, epochs}];
    times.label = epochs > 0 ? fmt::format("{}, {:g} epochs", system, epochs) : system;
    for (std::size_t i = 0; i < kNumPhases; ++i) {
      if (const auto seconds = seconds_of(set, run, kPhases[i])) {
        times.seconds[i].push_back(*seconds);
      }
    }
  }
  std::vector<SystemTimes> out;
  for (auto& [key, times] : systems) {
    if (times.mean() > 0) out.push_back(std::move(times));
  }
  std::ranges::stable_sort(out, std::ranges::greater(), &SystemTimes::mean);
  return out;
}

}  // namespace

plot::Figure totals_figure(const RunSet& set) {
  const std::vector<SystemTimes> systems = times_by_system(set);
  plot::Bars bars;
  plot::Panel panel;
  panel.x.kind = plot::AxisKind::kCategory;
  panel.y.label = "seconds";
  for (const SystemTimes& one : systems) panel.x.categories.push_back(one.label);
  for (std::size_t i = 0; i < kNumPhases; ++i) {
    plot::BarSeries series{.name = kPhases[i].name};
    for (const SystemTimes& one : systems) {
      const bool any = !one.seconds[i].empty();
      const stats::Summary all = any ? stats::summarize(one.seconds[i]) : stats::Summary{};
      series.heights.push_back(any ? all.mean : kGap);
      // Of a single run there is no range to show.
      series.error_low.push_back(all.num > 1 ? all.min : kGap);
      series.error_high.push_back(all.num > 1 ? all.max : kGap);
    }
    const bool any = std::ranges::any_of(
        systems, [i](const SystemTimes& one) { return !one.seconds[i].empty(); });
    if (any) bars.series.push_back(std::move(series));
  }
  if (!bars.series.empty()) panel.layers.emplace_back(std::move(bars));
  plot::Figure figure;
  figure.title = "Whole run, training and inference by system";
  figure.description =
      "Bars of mean seconds for each system and number of epochs, the slowest first; lines from "
      "the "
      "shortest run to the longest.";
  figure.width_px = 1000;
  figure.panels = {std::move(panel)};
  return figure;
}

plot::Figure per_epoch_figure(const RunSet& set) {
  std::map<std::string, std::map<double, std::vector<double>>> systems;  // seconds by epochs
  for (const Run& run : set.runs) {
    const auto seconds = seconds_of(set, run, kPhases[kTraining]);
    const auto epochs = epochs_run_of(set, run);
    if (!run.valid || !seconds || !epochs || *epochs <= 0) continue;
    systems[system_of(set, run)][*epochs].push_back(*seconds / *epochs);
  }
  plot::Panel panel;
  panel.x.label = "epochs of the run";
  panel.y.label = "seconds of training per epoch";
  panel.y.low = 0;
  std::size_t place = 0;
  for (const auto& [system, by_epochs] : systems) {
    const plot::Color color = plot::palette_color(place++);
    plot::Color pale = color;
    pale.opacity_fraction = 0.2;
    plot::Line line{.name = system, .color = color};
    plot::Band band{.color = pale};
    for (const auto& [epochs, values] : by_epochs) {
      const stats::Summary all = stats::summarize(values);
      line.x.push_back(epochs);
      line.y.push_back(all.mean);
      band.low.push_back(all.min);
      band.high.push_back(all.max);
    }
    band.x = line.x;
    panel.layers.emplace_back(std::move(band));
    panel.layers.emplace_back(plot::Scatter{"", line.x, line.y, color});
    panel.layers.emplace_back(std::move(line));
  }
  plot::Figure figure;
  figure.title = "Time of an epoch by the length of the run";
  figure.description =
      "Seconds of training over its epochs, mean and range for each length and system: what comes "
      "once (the first reading) weighs less in longer runs.";
  figure.panels = {std::move(panel)};
  return figure;
}

}  // namespace sciwright::report
