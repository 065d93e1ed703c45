#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "report/figures.h"
#include "report/paper_tables.h"

namespace sciwright::report {
namespace {

constexpr std::size_t kMostLines = 6;
constexpr std::size_t kMostTimers = 8;

/// Valid runs whose history has a column.
std::vector<const Run*> runs_with(const RunSet& set, const std::string& column) {
  std::vector<const Run*> out;
  for (const Run& run : set.runs) {
    if (run.valid && run.history && run.history->column(column) != nullptr) out.push_back(&run);
  }
  return out;
}

plot::Values epochs_to(std::size_t num) {
  plot::Values out(num);
  for (std::size_t i = 0; i < num; ++i) out[i] = static_cast<double>(i + 1);
  return out;
}

/// Mean, lowest and highest of a column at each epoch over the runs that came so far.
struct Course {
  plot::Values mean = {};
  plot::Values low = {};
  plot::Values high = {};
};

Course course_of(const std::vector<const Run*>& runs, const std::string& column) {
  Course out;
  std::size_t num = 0;
  for (const Run* run : runs) num = std::max(num, run->history->num_epochs());
  for (std::size_t epoch = 0; epoch < num; ++epoch) {
    std::vector<double> values;
    for (const Run* run : runs) {
      const std::vector<double>* all = run->history->column(column);
      if (all != nullptr && epoch < all->size() && !std::isnan((*all)[epoch])) {
        values.push_back((*all)[epoch]);
      }
    }
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    double sum = 0;
    for (const double value : values) sum += value;
    const bool any = !values.empty();
    out.mean.push_back(any ? sum / static_cast<double>(values.size()) : kGap);
    out.low.push_back(any ? *std::ranges::min_element(values) : kGap);
    out.high.push_back(any ? *std::ranges::max_element(values) : kGap);
  }
  return out;
}

/// From which epoch on the first course stays below the second; nothing when it does not.
std::optional<std::size_t> crossing(const plot::Values& a, const plot::Values& b) {
  std::optional<std::size_t> first;
  for (std::size_t i = std::min(a.size(), b.size()); i-- > 0;) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    if (a[i] >= b[i]) break;
    first = i + 1;
  }
  return first && *first > 1 ? first : std::nullopt;
}

void add_lines(plot::Panel& panel, const std::vector<const Run*>& runs, const std::string& part,
               const std::string& quantity) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::vector<double>* values = runs[i]->history->column(part + "_" + quantity);
    if (values == nullptr) continue;
    plot::Line line{fmt::format("{} {}", runs[i]->name, part), epochs_to(values->size()), *values};
    line.color = plot::palette_color(i);
    line.dash = part == "train" ? plot::Dash::kDashed : plot::Dash::kSolid;
    panel.layers.emplace_back(std::move(line));
  }
}

}  // namespace

plot::Figure curves_figure(const RunSet& set, const std::string& quantity) {
  const std::vector<const Run*> runs = runs_with(set, "validation_" + quantity);
  plot::Panel panel;
  panel.x.label = "epoch";
  panel.y.label = quantity;
  if (runs.size() <= kMostLines) {
    for (const char* part : {"train", "validation"}) add_lines(panel, runs, part, quantity);
  } else {
    std::vector<Course> courses;
    for (const char* part : {"train", "validation"}) {
      const Course& course =
          courses.emplace_back(course_of(runs, std::string(part) + "_" + quantity));
      const plot::Color color = plot::palette_color(courses.size() - 1);
      plot::Color pale = color;
      pale.opacity_fraction = 0.2;
      const plot::Values x = epochs_to(course.mean.size());
      panel.layers.emplace_back(
          plot::Band{fmt::format("{}, range", part), x, course.low, course.high, pale});
      panel.layers.emplace_back(plot::Line{fmt::format("{}, mean", part), x, course.mean, color});
    }
    const auto cross = crossing(courses[0].mean, courses[1].mean);
    if (cross && quantity == "loss") {
      panel.layers.emplace_back(plot::VerticalMarks{
          "", {{static_cast<double>(*cross), fmt::format("cross at epoch {}", *cross)}}});
    }
  }
  plot::Figure figure;
  figure.title = fmt::format("Training and validation {} of {} runs", quantity, runs.size());
  figure.description = figure.title + " over the epochs.";
  figure.panels = {std::move(panel)};
  return figure;
}

plot::Figure runtime_figure(const RunSet& set) {
  const Table phases = phases_table(set);
  plot::Bars bars;
  plot::Panel panel;
  panel.x.kind = plot::AxisKind::kCategory;
  panel.y.label = "seconds";
  for (std::size_t c = 1; c < phases.columns.size(); ++c) {
    panel.x.categories.push_back(phases.columns[c].title);
  }
  for (std::size_t r = 0; r < std::min(phases.rows.size(), kMostTimers); ++r) {
    plot::BarSeries& series = bars.series.emplace_back();
    series.name = phases.rows[r][0].text;
    for (std::size_t c = 1; c < phases.columns.size(); ++c) {
      series.heights.push_back(
          phases.rows[r][c].number.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
  }
  if (!bars.series.empty()) panel.layers.emplace_back(std::move(bars));
  plot::Figure figure;
  figure.title = "Time of the phases by system";
  figure.description = "Bars of the mean seconds of the longest timers, for each system.";
  figure.panels = {std::move(panel)};
  return figure;
}

plot::Figure epoch_times_figure(const RunSet& set) {
  std::map<std::string, std::vector<const Run*>> systems;
  for (const Run* run : runs_with(set, "train_s")) {
    std::string system = text_of(set, *run, "system");
    systems[system.empty() ? "unknown" : system].push_back(run);
  }
  plot::Panel panel;
  panel.x.label = "epoch";
  panel.y.label = "seconds of training";
  panel.y.low = 0;
  for (const auto& [system, runs] : systems) {
    const Course course = course_of(runs, "train_s");
    panel.layers.emplace_back(plot::Line{system, epochs_to(course.mean.size()), course.mean});
  }
  plot::Figure figure;
  figure.title = "Time of each epoch by system";
  figure.description = "Mean seconds of the training for each epoch, a line for each system.";
  figure.panels = {std::move(panel)};
  return figure;
}

}  // namespace sciwright::report
