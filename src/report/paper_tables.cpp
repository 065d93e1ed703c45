#include "report/paper_tables.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "report/groups.h"
#include "stats/summary.h"

namespace sciwright::report {
namespace {

constexpr std::string_view kTimes = "times_s.";

std::string epochs_text(const RunSet& set, const Run& run) {
  const auto epochs = epochs_run_of(set, run);
  return epochs ? number_text(*epochs, 6) : "";
}

/// A place of a ranking.
struct Place {
  double value = 0;
  std::size_t run = 0;
  std::size_t row = 0;
};

std::vector<Place> ranking(const RunSet& set, const std::string& path) {
  std::vector<Place> out;
  const auto name = set.names.find(path);
  if (!name) return out;
  for (std::size_t i = 0; i < set.runs.size(); ++i) {
    const Run& run = set.runs[i];
    if (!run.valid) continue;
    for (std::size_t row = 0; row < run.rows.size(); ++row) {
      const auto value = number_of(run.rows[row].numbers, *name);
      if (value) out.push_back({*value, i, row});
    }
  }
  std::ranges::stable_sort(out, std::ranges::greater(), &Place::value);
  return out;
}

std::string overlap_text(const RunSet& set, const ScoreRow& row) {
  const auto shared = set.names.find("shared");
  const auto window = set.names.find("window");
  const auto known = shared ? number_of(row.numbers, *shared) : std::nullopt;
  const auto all = window ? number_of(row.numbers, *window) : std::nullopt;
  return known && all ? fmt::format("{:.0f}/{:.0f}", *known, *all) : "";
}

/// The best of the baselines' scores that `score` also has: "baselines.persistence.average_val".
std::pair<std::string, std::optional<double>> best_baseline(const RunSet& set, const ScoreRow& row,
                                                            const std::string& score) {
  std::pair<std::string, std::optional<double>> best;
  for (const Number& number : row.numbers) {
    const std::string& path = set.names.text(number.path);
    if (!path.starts_with("baselines.") || !path.ends_with("." + score)) continue;
    if (best.second && *best.second >= number.value) continue;
    best = {path.substr(10, path.size() - 11 - score.size()), number.value};
  }
  return best;
}

void add_place(const RunSet& set, const std::vector<Place>& places, std::size_t i,
               const std::string& baseline_score, std::vector<Cell>& cells) {
  if (i >= places.size()) {
    cells.insert(cells.end(), 7, Cell());
    return;
  }
  const Place& place = places[i];
  const Run& run = set.runs[place.run];
  const ScoreRow& row = run.rows[place.row];
  const auto parameter = set.names.find("parameter");
  const auto [baseline, value] = best_baseline(set, row, baseline_score);
  cells.emplace_back(place.value);
  cells.emplace_back(epochs_text(set, run));
  cells.emplace_back(parameter ? set.names.text(label_of(row.labels, *parameter)) : "");
  cells.emplace_back(overlap_text(set, row));
  cells.emplace_back(baseline);
  cells.emplace_back(value);
  cells.emplace_back(run.name);
}

}  // namespace

std::string system_of(const RunSet& set, const Run& run) {
  std::string system = text_of(set, run, "system");
  if (system.empty()) system = text_of(set, run, "card");
  return system.empty() ? "unknown" : system;
}

std::optional<double> epochs_run_of(const RunSet& set, const Run& run) {
  for (const char* path : {"details.model.epochs_run", "epochs_run"}) {
    const auto name = set.names.find(path);
    const auto value = name ? number_of(run.numbers, *name) : std::nullopt;
    if (value) return value;
  }
  return std::nullopt;
}

Table systems_table(const RunSet& set) {
  Table table{"systems", "Systems"};
  for (const char* key : {"system", "device", "file_system", "num_runs", "num_invalid"}) {
    table.column(key, key);
  }
  std::map<std::vector<std::string>, std::pair<double, double>> systems;
  for (const Run& run : set.runs) {
    std::pair<double, double>& counts = systems[{system_of(set, run), text_of(set, run, "device"),
                                                 text_of(set, run, "file_system")}];
    ++counts.first;
    if (!run.valid) ++counts.second;
  }
  for (const auto& [words, counts] : systems) {
    table.rows.push_back({words[0], words[1], words[2], counts.first, counts.second});
  }
  drop_empty_columns(table);
  return table;
}

Table phases_table(const RunSet& set) {
  Table table{"phases", "Seconds of each timer (means over runs)"};
  using Key = std::pair<std::string, double>;  // system, epochs
  std::set<Key> columns;
  std::map<std::string, std::map<Key, std::vector<double>>> timers;
  for (const Run& run : set.runs) {
    if (!run.valid) continue;
    const Key key(system_of(set, run), epochs_run_of(set, run).value_or(0));
    for (const Number& number : run.numbers) {
      const std::string& path = set.names.text(number.path);
      if (!path.starts_with(kTimes)) continue;
      timers[path.substr(kTimes.size())][key].push_back(number.value);
      columns.insert(key);
    }
  }
  table.column("timer", "timer");
  for (const auto& [system, epochs] : columns) {
    const std::string title = epochs > 0 ? fmt::format("{}, {:g} epochs", system, epochs) : system;
    table.column(title, title);
  }
  std::vector<std::pair<double, std::vector<Cell>>> rows;
  for (const auto& [timer, by_system] : timers) {
    std::vector<Cell> row = {timer};
    double longest = 0;
    for (const Key& column : columns) {
      const auto found = by_system.find(column);
      if (found == by_system.end()) {
        row.emplace_back();
        continue;
      }
      row.emplace_back(stats::summarize(found->second).mean);
      longest = std::max(longest, *row.back().number);
    }
    rows.emplace_back(longest, std::move(row));
  }
  std::ranges::stable_sort(rows, std::ranges::greater(), &decltype(rows)::value_type::first);
  for (auto& [longest, row] : rows) table.rows.push_back(std::move(row));
  return table;
}

Table top_table(const RunSet& set, const std::string& score, std::size_t num_places) {
  Table table{"top_" + score,
              fmt::format("The best {} {} NNSE, training and validation", num_places, score)};
  const std::vector<Place> train = ranking(set, score + ".train");
  const std::vector<Place> validation = ranking(set, score + ".val");
  table.column("place", "place");
  for (const char* part : {"train", "validation"}) {
    table.column(part, part, 3);
    for (const char* key : {"epochs", "parameter", "known", "baseline", "baseline_score", "run"}) {
      table.column(fmt::format("{}_{}", part, key), key, 3);
    }
  }
  for (std::size_t i = 0; i < std::min(num_places, std::max(train.size(), validation.size()));
       ++i) {
    std::vector<Cell> row = {static_cast<double>(i + 1)};
    // The baselines have one summed score, of all pixels.
    add_place(set, train, i, score == "average" ? "average_train" : score, row);
    add_place(set, validation, i, score == "average" ? "average_val" : score, row);
    table.rows.push_back(std::move(row));
  }
  drop_empty_columns(table);
  table.notes.emplace_back(
      "known: how many fortnights of the target's window are inputs. A score below the baseline's "
      "beside it shows no skill of the network.");
  return table;
}

}  // namespace sciwright::report
