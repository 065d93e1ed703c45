#include "report_page/run_lines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "io/csv.h"

namespace sciwright::report_page {
namespace {

using report::Label;
using report::Labels;
using report::Leaderboard;
using report::Name;
using report::Number;
using report::Run;
using report::RunSet;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
/// Numbers of all lines together: 14 MB, or 19 MB as base64 where nothing can be packed.
constexpr std::size_t kMostNumbers = 1'800'000;
constexpr std::size_t kFewestColumns = 12;
constexpr std::size_t kMostColumns = 400;
constexpr std::size_t kMostWords = 60;

/// A column in the making: of each line the number of its text.
struct WordColumn {
  std::string key;
  std::string kind;
  std::vector<Name> values;
};

/// The columns so far; no two have the same key.
class ColumnList final {
 public:
  /// Adds a column, which may be a parameter of the same name as a number: then its key has its
  /// kind before it.
  Json& add(const std::string& key, const std::string& kind) {
    const bool is_new = keys_.insert(key).second;
    all_.push_back({{"key", is_new ? key : kind + "." + key}, {"title", key}, {"kind", kind}});
    return all_.back();
  }

  Json take() { return std::move(all_); }

 private:
  Json all_ = Json::array();
  std::set<std::string> keys_;
};

/// What is known of labels or parameters: a column for each key that some line has.
class WordTable final {
 public:
  WordTable(const RunSet& set, std::size_t num_lines, std::string kind)
      : set_(set), kind_(std::move(kind)), num_lines_(num_lines), places_(set.names.size()) {}

  void add(std::size_t line, const Labels& labels) {
    for (const Label& label : labels) {
      std::size_t& place = places_[label.key];
      if (place == 0) {
        columns_.push_back({set_.names.text(label.key), kind_, std::vector<Name>(num_lines_)});
        place = columns_.size();
      }
      columns_[place - 1].values[line] = label.value;
    }
  }

  std::vector<WordColumn> take() { return std::move(columns_); }

 private:
  const RunSet& set_;
  std::string kind_;
  std::size_t num_lines_;
  std::vector<std::size_t> places_;  ///< By the key's number; 0: no column yet.
  std::vector<WordColumn> columns_;
};

bool varies(const WordColumn& column) {
  return std::ranges::any_of(column.values,
                             [&](Name value) { return value != column.values.front(); });
}

/// Its numbers, if all texts are some.
std::optional<std::vector<double>> numbers_of(const RunSet& set, const WordColumn& column) {
  std::map<Name, double> known = {{0, kNothing}};
  std::vector<double> out;
  for (const Name value : column.values) {
    auto found = known.find(value);
    if (found == known.end()) {
      const auto number = io::parse_double(set.names.text(value));
      if (!number || !std::isfinite(*number)) return std::nullopt;
      found = known.emplace(value, *number).first;
    }
    out.push_back(found->second);
  }
  return out;
}

void add_word(const RunSet& set, const WordColumn& column, ColumnList& list, Columns& columns) {
  Json& out = list.add(column.key, column.kind);
  out["varies"] = varies(column);
  const auto numbers = column.kind == "setting" ? numbers_of(set, column) : std::nullopt;
  if (numbers) {
    out["numbers"] = columns.numbers(*numbers);
  } else {
    out["texts"] = columns.texts(
        column.values, [&](Name value) -> const std::string& { return set.names.text(value); });
  }
}

/// The study's parameters first, in its order; then what differs; then the rest.
void order(const RunSet& set, std::vector<WordColumn>& columns) {
  const auto place = [&](const WordColumn& column) {
    const auto found = std::ranges::find(set.parameters, column.key);
    return std::tuple(found - set.parameters.begin(), !varies(column));
  };
  std::ranges::stable_sort(columns, {}, place);
}

void add_words(const RunSet& set, const std::vector<RunLine>& lines, ColumnList& out,
               Columns& columns) {
  WordTable words(set, lines.size(), "about");
  WordTable row_words(set, lines.size(), "about");
  WordTable settings(set, lines.size(), "setting");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Run& run = set.runs[lines[i].run];
    words.add(i, run.labels);
    settings.add(i, run.parameters);
    if (lines[i].row < run.rows.size()) row_words.add(i, run.rows[lines[i].row].labels);
  }
  std::vector<WordColumn> all = words.take();
  for (WordTable* more : {&row_words, &settings}) {
    std::vector<WordColumn> some = more->take();
    order(set, some);
    for (WordColumn& column : some) {
      // What was recorded counts, as in groups: not the setting of the same name.
      if (column.key == "seed") continue;
      if (std::ranges::find(all, column.key, &WordColumn::key) != all.end()) continue;
      all.push_back(std::move(column));
    }
  }
  for (std::size_t i = 0; i < std::min(all.size(), kMostWords); ++i) {
    add_word(set, all[i], out, columns);
  }
}

void add_facts(const RunSet& set, const std::vector<RunLine>& lines, ColumnList& out,
               Columns& columns) {
  std::vector<std::string> names;
  std::vector<std::string> valid;
  std::vector<std::string> reasons;
  std::vector<std::string> kinds;
  std::vector<double> started;
  std::vector<double> seeds;
  for (const RunLine& line : lines) {
    const Run& run = set.runs[line.run];
    names.push_back(run.name);
    valid.emplace_back(run.valid ? "valid" : "invalid");
    reasons.push_back(fmt::format("{}", fmt::join(run.reasons, "; ")));
    kinds.emplace_back(report::kind_name(run.kind));
    started.push_back(run.started_s ? std::floor(*run.started_s) : kNothing);
    seeds.push_back(static_cast<double>(run.seed));
  }
  const auto add = [&](const char* key, Json values, const char* form) {
    out.add(key, "about")[form] = std::move(values);
  };
  add("run", columns.texts(names), "texts");
  add("status", columns.texts(valid), "texts");
  add("reasons", columns.texts(reasons), "texts");
  add("kind", columns.texts(kinds), "texts");
  Json& times = out.add("started", "about");
  times["numbers"] = columns.numbers(started);
  times["format"] = "utc";
  add("seed", columns.numbers(seeds), "numbers");
}

std::string kind_of(const std::string& path) {
  const auto begins = [&](std::initializer_list<const char*> heads) {
    return std::ranges::any_of(heads, [&](const char* head) { return path.starts_with(head); });
  };
  if (begins({"times_s."})) return "time";
  if (begins({"energy.", "memory.", "io.", "waiting."})) return "resource";
  if (begins({"baselines."})) return "baseline";
  if (begins({"details.", "num_sessions"})) return "detail";
  return "score";
}

/// Small ones are kept first: what is ranked, plain scores, then times, …
int importance(const std::string& path, const std::set<std::string>& ranked) {
  if (ranked.contains(path)) return 0;
  if (path == "times_s.Total" || path == "times_s.Training" || path == "energy.joules") return 1;
  const std::string kind = kind_of(path);
  if (kind == "score") return path.find('.') == std::string::npos ? 2 : 3;
  if (kind == "time") return 4;
  if (kind == "resource") return 5;
  return kind == "baseline" ? 6 : 7;
}

/// Paths of numbers, the most important first.
std::vector<Name> number_paths(const RunSet& set, const std::vector<RunLine>& lines,
                               const std::vector<Leaderboard>& boards) {
  std::vector<std::size_t> counts(set.names.size());
  for (const RunLine& line : lines) {
    const Run& run = set.runs[line.run];
    for (const Number& number : run.numbers) ++counts[number.path];
    if (line.row >= run.rows.size()) continue;
    for (const Number& number : run.rows[line.row].numbers) ++counts[number.path];
  }
  std::set<std::string> ranked;
  for (const Leaderboard& board : boards) {
    ranked.insert(board.groups.metrics.begin(), board.groups.metrics.end());
  }
  std::vector<Name> paths;
  for (Name name = 0; name < counts.size(); ++name) {
    if (counts[name] > 0) paths.push_back(name);
  }
  std::ranges::stable_sort(paths, {}, [&](Name name) {
    const std::string& path = set.names.text(name);
    return std::tuple(importance(path, ranked), -static_cast<std::int64_t>(counts[name]), path);
  });
  return paths;
}

Json add_numbers(const RunSet& set, const std::vector<Leaderboard>& boards,
                 const std::vector<RunLine>& lines, ColumnList& out, Columns& columns) {
  const std::vector<Name> paths = number_paths(set, lines, boards);
  const std::size_t most = std::clamp(kMostNumbers / std::max<std::size_t>(1, lines.size()),
                                      kFewestColumns, kMostColumns);
  Json left_out = Json::array();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string& path = set.names.text(paths[i]);
    if (i >= most) {
      left_out.push_back(path);
      continue;
    }
    std::vector<double> values;
    values.reserve(lines.size());
    for (const RunLine& line : lines) {
      values.push_back(report::value_of(set.runs[line.run], line.row, paths[i]).value_or(kNothing));
    }
    out.add(path, kind_of(path))["numbers"] = columns.numbers(values);
  }
  return left_out;
}

}  // namespace

std::vector<RunLine> lines_of(const RunSet& set, const std::vector<Leaderboard>& boards) {
  std::set<RunLine> lines;
  std::vector<bool> is_there(set.runs.size());
  for (const Leaderboard& board : boards) {
    for (const report::Group& group : board.groups.groups) {
      for (const report::Observation& member : group.samples.front().members) {
        lines.insert({member.run, member.row});
        is_there[member.run] = true;
      }
    }
  }
  for (std::size_t i = 0; i < set.runs.size(); ++i) {
    if (!is_there[i]) lines.insert({i, 0});
  }
  return {lines.begin(), lines.end()};
}

Json runs_json(const RunSet& set, const std::vector<Leaderboard>& boards,
               const std::vector<RunLine>& lines, Columns& columns) {
  ColumnList all;
  add_facts(set, lines, all, columns);
  add_words(set, lines, all, columns);
  Json left_out = add_numbers(set, boards, lines, all, columns);
  return {{"num_lines", lines.size()}, {"columns", all.take()}, {"left_out", std::move(left_out)}};
}

}  // namespace sciwright::report_page
