#include "report/report_tables.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/baselines.h"
#include "report/overfitting.h"

namespace sciwright::report {
namespace {

constexpr std::size_t kMostNamed = 20;

std::string named(const std::vector<std::string>& texts) {
  const std::size_t num = std::min(texts.size(), kMostNamed);
  const std::vector<std::string> first(texts.begin(),
                                       texts.begin() + static_cast<std::ptrdiff_t>(num));
  return fmt::format("{}{}", fmt::join(first, "; "),
                     texts.size() > num ? fmt::format("; and {} more", texts.size() - num) : "");
}

void add_note(std::vector<std::string>& notes, const std::vector<std::string>& texts,
              const char* what) {
  if (!texts.empty()) notes.push_back(fmt::format("{} {}: {}", texts.size(), what, named(texts)));
}

void add_keys(Table& table, const Groups& groups) {
  for (const std::string& key : groups.keys) table.column(key, key);
}

std::vector<Cell> label_cells(const Group& group) {
  return {group.labels.begin(), group.labels.end()};
}

void add_columns(Table& table, const Leaderboard& board) {
  table.column("rank", "rank");
  add_keys(table, board.groups);
  table.column("num", "n");
  table.column("mean", "mean");
  table.column("standard_deviation", "sd", 2);
  table.column("interval_low", "95 % from", 4);
  table.column("interval_high", "to", 4);
  table.column("median", "median");
  table.column("lower_quartile", "q1");
  table.column("upper_quartile", "q3");
  table.column("olympic_mean", "olympic");
  table.column("min", "min");
  table.column("max", "max");
  table.column("baseline", "best baseline");
  table.column("baseline_value", "its score");
  table.column("welch_p", "p", 2);
  table.column("holm_p", "p (Holm)", 2);
  table.column("rank_p", "p (ranks)", 2);
  table.column("hedges_g", "g", 2);
  table.column("chance_to_beat_best", "P(beats 1)", 2);
}

std::vector<Cell> row_of(const Leaderboard& board, std::size_t i) {
  const Group& group = board.groups.groups[i];
  const Sample& sample = group.samples.front();
  const Standing& standing = board.standings[i];
  std::vector<Cell> row = {rank_text(board, i)};
  const std::vector<Cell> labels = label_cells(group);
  row.insert(row.end(), labels.begin(), labels.end());
  const bool is_single = sample.summary.num < 2;
  const auto spread = [&](double value) { return is_single ? Cell() : Cell(value); };
  const auto& interval = sample.interval;
  row.insert(
      row.end(),
      {static_cast<double>(sample.summary.num), sample.summary.mean,
       Cell(sample.summary.standard_deviation), interval ? Cell(interval->low) : Cell(),
       interval ? Cell(interval->high) : Cell(), spread(sample.summary.median),
       spread(sample.quartiles.lower), spread(sample.quartiles.upper),
       Cell(sample.summary.olympic_mean), spread(sample.summary.min), spread(sample.summary.max)});
  if (board.baselines[i].empty()) {
    row.insert(row.end(), {Cell(), Cell()});
  } else {
    row.insert(row.end(), {board.baselines[i].front().name, board.baselines[i].front().value});
  }
  row.insert(row.end(),
             {Cell(standing.p_value), Cell(standing.holm_p_value), Cell(standing.rank_p_value),
              Cell(standing.effect), Cell(standing.chance_to_beat_best)});
  return row;
}

/// Means of the metrics beside the first, and whether the group is on the front.
void add_other_metrics(Table& table, const Leaderboard& board) {
  for (std::size_t m = 1; m < board.groups.metrics.size(); ++m) {
    table.column(board.groups.metrics[m], board.groups.metrics[m]);
  }
  if (board.groups.metrics.size() > 1) table.column("on_front", "Pareto");
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const Group& group = board.groups.groups[i];
    for (std::size_t m = 1; m < group.samples.size(); ++m) {
      const Sample& sample = group.samples[m];
      table.rows[i].push_back(sample.members.empty() ? Cell() : Cell(sample.summary.mean));
    }
    if (board.groups.metrics.size() > 1) {
      table.rows[i].emplace_back(board.standings[i].is_on_front ? "yes" : "");
    }
  }
}

std::string better(const std::optional<campaign::Direction>& direction) {
  if (!direction) return "";
  return fmt::format(" ({} is better)", campaign::direction_name(*direction));
}

}  // namespace

std::string rank_text(const Leaderboard& board, std::size_t i) {
  const Standing& standing = board.standings[i];
  if (!standing.is_best && !standing.differs) return fmt::format("{}?", standing.rank);
  const auto num_alike = std::ranges::count_if(board.standings, [&](const Standing& other) {
    return other.rank == standing.rank && (other.is_best || other.differs);
  });
  return fmt::format("{}{}", num_alike > 1 ? "=" : "", standing.rank);
}

std::vector<std::string> overview_notes(const RunSet& set) {
  std::map<std::string_view, std::size_t> kinds;
  std::vector<std::string> invalid;
  for (const Run& run : set.runs) {
    ++kinds[kind_name(run.kind)];
    if (run.valid) continue;
    invalid.push_back(run.reasons.empty()
                          ? run.name
                          : fmt::format("{} ({})", run.name, fmt::join(run.reasons, "; ")));
  }
  std::vector<std::string> notes;
  std::vector<std::string> counts;
  for (const auto& [kind, num] : kinds) counts.push_back(fmt::format("{} by {}", num, kind));
  notes.push_back(fmt::format("{} runs were found{}{}.", set.runs.size(),
                              counts.empty() ? "" : ": ", fmt::join(counts, ", ")));
  add_note(notes, invalid, "invalid, left out");
  add_note(notes, set.unfinished, "without a result yet");
  add_note(notes, set.problems, "cannot be read");
  for (const std::string& finding : set.findings) notes.push_back("Finding: " + finding);
  return notes;
}

Table leaderboard_table(const Leaderboard& board) {
  const Groups& groups = board.groups;
  Table table{"leaderboard", groups.metrics.front() + better(board.directions.front())};
  add_columns(table, board);
  for (std::size_t i = 0; i < groups.groups.size(); ++i) table.rows.push_back(row_of(board, i));
  add_other_metrics(table, board);
  drop_empty_columns(table);
  table.most_rows = 50;
  table.notes = board.warnings;
  table.notes.insert(table.notes.end(), groups.notes.begin(), groups.notes.end());
  const auto num_ties = std::ranges::count_if(
      board.standings, [](const Standing& standing) { return standing.differs == false; });
  if (num_ties > 0) {
    table.notes.push_back(fmt::format(
        "=1: {} may be as good as the best (Welch's test, 5 % after Holm's correction).",
        num_ties));
  }
  return table;
}

Table values_table(const RunSet& set, const Leaderboard& board) {
  const std::string& metric = board.groups.metrics.front();
  Table table{"values", fmt::format("Single values of {}", metric)};
  table.column("place", "place");
  table.column("value", metric);
  add_keys(table, board.groups);
  table.column("run", "run");
  struct Item {
    double value;
    std::size_t group;
    std::size_t run;
  };
  std::vector<Item> items;
  for (std::size_t g = 0; g < board.groups.groups.size(); ++g) {
    for (const Observation& member : board.groups.groups[g].samples.front().members) {
      items.push_back({member.value, g, member.run});
    }
  }
  const bool low = board.directions.front() == campaign::Direction::kLower;
  std::ranges::stable_sort(items, [&](const Item& a, const Item& b) {
    return low ? a.value < b.value : a.value > b.value;
  });
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::vector<Cell> row = {static_cast<double>(i + 1), items[i].value};
    const std::vector<Cell> labels = label_cells(board.groups.groups[items[i].group]);
    row.insert(row.end(), labels.begin(), labels.end());
    row.emplace_back(set.runs[items[i].run].name);
    table.rows.push_back(std::move(row));
  }
  drop_empty_columns(table);
  table.most_rows = 20;
  return table;
}

Table overfitting_table(const RunSet& set, const Groups& groups, std::size_t patience) {
  Table table{"overfitting", "Fits: the best epoch by validation loss, and what came after"};
  for (const char* key : {"run", "epochs", "best_epoch", "best_loss", "last_loss", "crossing_epoch",
                          "stop_epoch", "loss_at_stop", "saved_epochs", "saved_s"}) {
    std::string title = key;
    std::ranges::replace(title, '_', ' ');
    table.column(key, title);
  }
  std::vector<std::size_t> runs;
  for (const Group& group : groups.groups) {
    for (const Observation& member : group.samples.front().members) runs.push_back(member.run);
  }
  std::ranges::sort(runs);
  runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
  for (const std::size_t i : runs) {
    if (!set.runs[i].history) continue;
    const auto fit = overfitting_of(*set.runs[i].history, patience);
    if (!fit) continue;
    const auto number = [](std::size_t count) { return static_cast<double>(count); };
    table.rows.push_back({set.runs[i].name, number(fit->num_epochs), number(fit->best_epoch),
                          fit->best_validation_loss, fit->last_validation_loss,
                          fit->crossing_epoch ? Cell(number(*fit->crossing_epoch)) : Cell(),
                          number(fit->stop_epoch), fit->loss_at_stop,
                          number(fit->num_epochs - fit->stop_epoch), Cell(fit->saved_s)});
  }
  table.most_rows = 20;
  table.notes.push_back(fmt::format(
      "crossing epoch: from there to the end the training loss is below the validation loss. stop "
      "epoch: where early stopping with a patience of {} would have ended it.",
      patience));
  return table;
}

Table parts_table(const RunSet& set, const Leaderboard& board, const GroupRequest& request) {
  Table table{"parts", board.groups.metrics.front() + " on other parts of the data (means)"};
  GroupRequest parts = request;
  parts.metrics = {board.groups.metrics.front()};
  for (const std::string& part : other_parts(set, parts.metrics.front())) {
    parts.metrics.push_back(part);
  }
  if (parts.metrics.size() < 2) return table;
  const Groups groups = group_runs(set, parts);
  add_keys(table, groups);
  for (const std::string& metric : groups.metrics) table.column(metric, metric);
  for (const Group& group : groups.groups) {
    std::vector<Cell> row = label_cells(group);
    for (const Sample& sample : group.samples) {
      row.push_back(sample.members.empty() ? Cell() : Cell(sample.summary.mean));
    }
    table.rows.push_back(std::move(row));
  }
  drop_empty_columns(table);
  table.most_rows = 50;
  return table;
}

}  // namespace sciwright::report
