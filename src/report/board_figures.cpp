#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "io/csv.h"
#include "report/figures.h"

namespace sciwright::report {
namespace {

/// Labels of few groups are written under the axis, those of many are not.
constexpr std::size_t kMostNamed = 40;
constexpr std::size_t kMostPanels = 6;

/// The labels but for the first few.
std::string label_of(const Group& group, std::size_t num_skipped) {
  std::vector<std::string> words;
  std::ranges::copy_if(std::span(group.labels).subspan(num_skipped), std::back_inserter(words),
                       [](const std::string& word) { return !word.empty(); });
  return fmt::format("{}", fmt::join(words, ", "));
}

/// Numbers in their order, other texts after them.
struct ByNumber {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto x = io::parse_double(a);
    const auto y = io::parse_double(b);
    if (x && y) return *x < *y;
    return x.has_value() != y.has_value() ? x.has_value() : a < b;
  }
};

bool is_low_better(const Leaderboard& board) {
  return board.directions.front() == campaign::Direction::kLower;
}

/// Places of groups by the first of their labels, where all in one panel could not be named and
/// that makes few panels; else all under one.
std::map<std::string, std::vector<std::size_t>, ByNumber> parts_of(const Leaderboard& board) {
  std::map<std::string, std::vector<std::size_t>, ByNumber> parts;
  const std::vector<Group>& groups = board.groups.groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    parts[groups[i].labels.empty() ? "" : groups[i].labels.front()].push_back(i);
  }
  const bool are_many = groups.size() > kMostNamed && board.groups.keys.size() > 1;
  if (are_many && parts.size() > 1 && parts.size() <= kMostPanels) return parts;
  std::vector<std::size_t> all(groups.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return {{"", std::move(all)}};
}

/// Groups in their order, named by their labels but for the first few.
plot::Panel sorted_panel(const Leaderboard& board, const std::vector<std::size_t>& places,
                         std::size_t num_skipped) {
  plot::Values x;
  plot::Values mean;
  plot::Band range{.name = "lowest to highest", .color = plot::Color{86, 180, 233, 0.25}};
  plot::Band interval{.name = "95 % interval of the mean", .color = plot::Color{0, 114, 178, 0.35}};
  plot::Line baseline{.name = "best baseline", .color = plot::kGrey, .dash = plot::Dash::kDashed};
  constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
  plot::Panel panel;
  bool has_baseline = false;
  for (const std::size_t place : places) {
    const Sample& sample = board.groups.groups[place].samples.front();
    const auto& scores = board.baselines[place];
    x.push_back(static_cast<double>(x.size()));
    mean.push_back(sample.summary.mean);
    range.low.push_back(sample.summary.min);
    range.high.push_back(sample.summary.max);
    interval.low.push_back(sample.interval ? sample.interval->low : kGap);
    interval.high.push_back(sample.interval ? sample.interval->high : kGap);
    baseline.y.push_back(scores.empty() ? kGap : scores.front().value);
    has_baseline = has_baseline || !scores.empty();
    panel.x.categories.push_back(label_of(board.groups.groups[place], num_skipped));
  }
  if (x.size() <= kMostNamed) panel.x.kind = plot::AxisKind::kCategory;
  const auto keys = std::span(board.groups.keys).subspan(num_skipped);
  panel.x.label = fmt::format("{}", fmt::join(keys, ", "));
  panel.y.label = board.groups.metrics.front();
  range.x = interval.x = baseline.x = x;
  if (x.empty()) return panel;
  panel.layers = {range, interval, plot::Line{"mean", x, mean, plot::palette_color(0)},
                  plot::Scatter{"", x, mean, plot::palette_color(0)}};
  if (has_baseline) panel.layers.emplace_back(baseline);
  return panel;
}

}  // namespace

plot::Figure top_figure(const Leaderboard& board, std::size_t num_best) {
  std::vector<std::pair<double, std::string>> values;
  for (const Group& group : board.groups.groups) {
    for (const Observation& member : group.samples.front().members) {
      values.emplace_back(member.value, group.labels.empty() ? "" : group.labels.front());
    }
  }
  std::ranges::stable_sort(values, [&](const auto& a, const auto& b) {
    return is_low_better(board) ? a.first < b.first : a.first > b.first;
  });
  values.resize(std::min(values.size(), num_best));
  std::map<std::string, double, ByNumber> counts;
  for (const auto& [value, label] : values) ++counts[label];
  plot::Panel panel;
  plot::BarSeries series;
  panel.x.kind = plot::AxisKind::kCategory;
  panel.x.label = board.groups.keys.empty() ? "" : board.groups.keys.front();
  panel.y.label = fmt::format("of the best {}", values.size());
  for (const auto& [label, count] : counts) {
    panel.x.categories.push_back(label);
    series.heights.push_back(count);
  }
  if (!counts.empty()) panel.layers.emplace_back(plot::Bars{{series}, 0});
  plot::Figure figure;
  figure.title =
      fmt::format("Where the best {} of {} come from", values.size(), board.groups.metrics.front());
  figure.description = "Bars: how many of the best values each setting has.";
  figure.panels = {std::move(panel)};
  return figure;
}

plot::Figure sorted_figure(const Leaderboard& board) {
  const std::string& metric = board.groups.metrics.front();
  plot::Figure figure{fmt::format("{} from the best to the worst", metric)};
  figure.description = figure.title + ": mean, interval and range of each group.";
  figure.width_px = 1000;
  figure.height_px = 600;
  const auto parts = parts_of(board);
  if (parts.size() == 1) {
    figure.panels = {sorted_panel(board, parts.begin()->second, 0)};
    return figure;
  }
  figure.columns = 2;
  figure.width_px = 1200;
  figure.height_px = 560 * static_cast<int>((parts.size() + 1) / 2);
  for (const auto& [label, places] : parts) {
    plot::Panel& panel = figure.panels.emplace_back(sorted_panel(board, places, 1));
    panel.title = fmt::format("{} {}", board.groups.keys.front(), label);
  }
  return figure;
}

plot::Figure pareto_figure(const Leaderboard& board) {
  plot::Panel panel;
  if (board.groups.metrics.size() > 1) {
    plot::Scatter all{"groups"};
    std::vector<std::pair<double, double>> front;
    for (std::size_t i = 0; i < board.groups.groups.size(); ++i) {
      const std::vector<Sample>& samples = board.groups.groups[i].samples;
      if (samples[0].members.empty() || samples[1].members.empty()) continue;
      all.x.push_back(samples[1].summary.mean);
      all.y.push_back(samples[0].summary.mean);
      if (board.standings[i].is_on_front) front.emplace_back(all.x.back(), all.y.back());
    }
    std::ranges::sort(front);
    plot::Line line{"on the Pareto front"};
    for (const auto& [x, y] : front) {
      line.x.push_back(x);
      line.y.push_back(y);
    }
    panel.x.label = board.groups.metrics[1];
    panel.y.label = board.groups.metrics[0];
    if (!all.x.empty()) panel.layers = {all, line};
  }
  plot::Figure figure;
  figure.title = "Scores and what they cost";
  figure.description = "Means of two metrics; groups that no other beats in all are joined.";
  figure.panels = {std::move(panel)};
  return figure;
}

}  // namespace sciwright::report
