#include "report/figures.h"

#include <algorithm>
#include <map>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "energy/pictures.h"
#include "energy/trace_reader.h"
#include "record/run_dir.h"
#include "record/timers_csv.h"
#include "report/paper_tables.h"

namespace sciwright::report {
namespace {

constexpr std::size_t kMostTraces = 20;

/// The papers' numbers of figures.
const std::map<std::string, std::vector<std::string>>& paper_figures() {
  static const std::map<std::string, std::vector<std::string>> kFigures = {
      {"figure6", {"runtime"}}, {"figure7", {"losses"}},  {"figure8", {"top", "sorted"}},
      {"figure9", {"sorted"}},  {"figure10", {"energy"}}, {"figure11", {"energy"}},
      {"all", figure_names()}};
  return kFigures;
}

std::vector<std::string> resolved(const std::vector<std::string>& names) {
  std::vector<std::string> known = figure_names();
  for (const auto& [name, figures] : paper_figures()) known.push_back(name);
  std::vector<std::string> out;
  Problems problems;
  for (const std::string& name : names) {
    const auto paper = paper_figures().find(name);
    const std::vector<std::string> some =
        paper == paper_figures().end() ? std::vector{name} : paper->second;
    if (std::ranges::find(known, name) == known.end()) {
      problems.push_back(
          fmt::format("--figure {}: there is no such picture{}", name, did_you_mean(name, known)));
    }
    for (const std::string& one : some) {
      if (std::ranges::find(out, one) == out.end()) out.push_back(one);
    }
  }
  throw_if_any(problems);
  return out;
}

/// Where a run's power was recorded; empty when nowhere.
std::filesystem::path trace_of(const Run& run) {
  if (run.kind == RunKind::kTrace) return run.name;
  if (run.folder.empty()) return {};
  const std::filesystem::path path = record::RunPaths(run.folder).energy;
  return ::access(path.c_str(), R_OK) == 0 ? path : std::filesystem::path();
}

std::vector<NamedFigure> energy_figures(const RunSet& set) {
  std::vector<NamedFigure> out;
  std::size_t number = 0;
  for (const Run& run : set.runs) {
    const std::filesystem::path path = trace_of(run);
    if (path.empty() || ++number > kMostTraces) continue;
    const energy::Trace trace = energy::read_trace(path);
    std::vector<record::Interval> intervals;
    if (!run.folder.empty()) intervals = record::read_timers(record::RunPaths(run.folder).timers);
    plot::Figure power = energy::power_figure(trace, intervals);
    plot::Figure histogram = energy::power_histogram_figure(trace, true);
    // A trace that somebody recorded elsewhere is not a measurement of a run here.
    const char* what = run.kind == RunKind::kTrace ? " (replayed trace)" : "";
    power.title = fmt::format("{}: {}{}", power.title, run.name, what);
    histogram.title = fmt::format("{}: {}{}", histogram.title, run.name, what);
    out.push_back({fmt::format("energy_{:02}_power", number), std::move(power)});
    out.push_back({fmt::format("energy_{:02}_histogram", number), std::move(histogram)});
  }
  return out;
}

bool has_data(const plot::Figure& figure) {
  return std::ranges::any_of(figure.panels,
                             [](const plot::Panel& panel) { return !panel.layers.empty(); });
}

}  // namespace

std::vector<std::string> figure_names() {
  return {"runtime",   "totals", "losses", "accuracies", "times",
          "per_epoch", "top",    "sorted", "pareto",     "energy"};
}

std::vector<NamedFigure> make_figures(const RunSet& set, const Leaderboard* board,
                                      const std::vector<std::string>& names) {
  std::vector<NamedFigure> out;
  for (const std::string& name : resolved(names)) {
    if (name == "runtime") out.push_back({name, runtime_figure(set)});
    if (name == "totals") out.push_back({name, totals_figure(set)});
    if (name == "losses") out.push_back({name, curves_figure(set, "loss")});
    if (name == "accuracies") out.push_back({name, curves_figure(set, "accuracy")});
    if (name == "times") out.push_back({name, epoch_times_figure(set)});
    if (name == "per_epoch") out.push_back({name, per_epoch_figure(set)});
    if (name == "energy") {
      for (NamedFigure& figure : energy_figures(set)) out.push_back(std::move(figure));
    }
    if (board == nullptr) continue;
    if (name == "top") out.push_back({name, top_figure(*board, 50)});
    if (name == "sorted") out.push_back({name, sorted_figure(*board)});
    if (name == "pareto") out.push_back({name, pareto_figure(*board)});
  }
  std::erase_if(out, [](const NamedFigure& one) { return !has_data(one.figure); });
  return out;
}

}  // namespace sciwright::report
