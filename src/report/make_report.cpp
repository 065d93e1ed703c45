#include "report/make_report.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "report/report_tables.h"

namespace sciwright::report {
namespace {

constexpr const char* kTrainingTime = "times_s.Training";
constexpr const char* kJoules = "energy.joules";

bool has_number(const RunSet& set, const Run& run, const std::string& path) {
  const auto name = set.names.find(path);
  return name && value_of(run, 0, *name);
}

/// The main score of a benchmark: the first that is known and there, else the first number.
std::string main_score(const RunSet& set, const Run& run, const Directions& directions) {
  const std::string benchmark = text_of(set, run, "benchmark");
  for (const campaign::KnownMetrics& known : directions.known) {
    if (known.benchmark != benchmark) continue;
    for (const auto& [path, direction] : known.metrics) {
      if (has_number(set, run, path)) return path;
    }
  }
  if (directions.first && !run.rows.empty() && !run.rows.front().numbers.empty()) {
    return set.names.text(run.rows.front().numbers.front().path);
  }
  return "";
}

/// Benchmarks and their main scores, from the first valid run that has one.
std::map<std::string, std::string> main_scores(const RunSet& set, const Directions& directions) {
  std::map<std::string, std::string> out;
  for (const Run& run : set.runs) {
    const std::string benchmark = text_of(set, run, "benchmark");
    if (!run.valid || !out[benchmark].empty()) continue;
    out[benchmark] = main_score(set, run, directions);
  }
  std::erase_if(out, [](const auto& item) { return item.second.empty(); });
  return out;
}

/// Whether a run of some group has a number.
bool any_has(const RunSet& set, const Groups& groups, const std::string& path) {
  return std::ranges::any_of(groups.groups, [&](const Group& group) {
    return std::ranges::any_of(group.samples.front().members, [&](const Observation& member) {
      return has_number(set, set.runs[member.run], path);
    });
  });
}

/// A request for the main score of each benchmark.
std::vector<GroupRequest> main_requests(const RunSet& set, const ReportRequest& request) {
  std::vector<GroupRequest> out;
  for (const auto& [benchmark, metric] : main_scores(set, request.directions)) {
    GroupRequest& one = out.emplace_back(request.groups);
    one.metrics = {metric};
    if (!benchmark.empty()) one.where.emplace_back("benchmark", benchmark);
  }
  return out;
}

std::vector<GroupRequest> usual_requests(const RunSet& set, const ReportRequest& request) {
  std::vector<GroupRequest> out = main_requests(set, request);
  for (const char* metric : {kTrainingTime, kJoules}) {
    const bool any = std::ranges::any_of(
        set.runs, [&](const Run& run) { return run.valid && has_number(set, run, metric); });
    if (!any) continue;
    out.emplace_back(request.groups).metrics = {metric};
  }
  return out;
}

void add_tables(const RunSet& set, const Leaderboard& board, const GroupRequest& groups,
                const ReportRequest& request, Document& document) {
  Table table = leaderboard_table(board);
  table.most_rows = request.most_rows;
  document.tables.push_back(std::move(table));
  if (Table parts = parts_table(set, board, groups); !parts.rows.empty()) {
    parts.most_rows = request.most_rows;
    document.tables.push_back(std::move(parts));
  }
}

/// Benchmarks of valid runs that no leaderboard shows.
std::vector<std::string> unknown_benchmarks(const RunSet& set, const ReportRequest& request) {
  if (!request.groups.metrics.empty()) return {};
  const std::map<std::string, std::string> known = main_scores(set, request.directions);
  std::set<std::string> unknown;
  for (const Run& run : set.runs) {
    const std::string benchmark = text_of(set, run, "benchmark");
    if (run.valid && !run.rows.empty() && !known.contains(benchmark)) unknown.insert(benchmark);
  }
  return {unknown.begin(), unknown.end()};
}

Json pairs(const Labels& labels) {
  Json out = Json::array();
  for (const Label& label : labels) {
    out.push_back(label.key);
    out.push_back(label.value);
  }
  return out;
}

Json pairs(const Numbers& numbers, const std::set<Name>& wanted) {
  Json out = Json::array();
  for (const Number& number : numbers) {
    if (!wanted.empty() && !wanted.contains(number.path)) continue;
    out.push_back(number.path);
    out.push_back(number.value);
  }
  return out;
}

Json run_json(const Run& run, const std::set<Name>& wanted) {
  Json rows = Json::array();
  for (const ScoreRow& row : run.rows) {
    rows.push_back({{"labels", pairs(row.labels)}, {"numbers", pairs(row.numbers, wanted)}});
  }
  return {{"name", run.name},
          {"folder", run.folder},
          {"kind", kind_name(run.kind)},
          {"valid", run.valid},
          {"reasons", run.reasons},
          {"seed", run.seed},
          {"labels", pairs(run.labels)},
          {"parameters", pairs(run.parameters)},
          {"rows", std::move(rows)},
          {"numbers", pairs(run.numbers, wanted)},
          {"started_s", run.started_s ? Json(*run.started_s) : Json()},
          {"finished_s", run.finished_s ? Json(*run.finished_s) : Json()}};
}

/// Says which groups were not compared in all metrics.
void warn_of_gaps(Leaderboard& board) {
  for (std::size_t m = 0; m < board.groups.metrics.size(); ++m) {
    const auto num = std::ranges::count_if(
        board.groups.groups, [&](const Group& group) { return group.samples[m].members.empty(); });
    if (num == 0) continue;
    board.warnings.push_back(fmt::format("{} of {} have no {}: they cannot be on the front.", num,
                                         board.groups.groups.size(), board.groups.metrics[m]));
  }
}

}  // namespace

std::vector<std::string> main_metrics(const RunSet& set, const ReportRequest& request) {
  std::vector<std::string> out;
  for (const GroupRequest& one : usual_requests(set, request)) {
    if (std::ranges::find(out, one.metrics.front()) == out.end())
      out.push_back(one.metrics.front());
  }
  return out;
}

std::vector<Leaderboard> make_leaderboards(const RunSet& set, const ReportRequest& request) {
  const std::vector<GroupRequest> requests =
      request.groups.metrics.empty() ? usual_requests(set, request) : std::vector{request.groups};
  std::vector<Leaderboard> out;
  for (const GroupRequest& one : requests) {
    out.push_back(rank_groups(set, group_runs(set, one), request.directions));
  }
  return out;
}

std::vector<Leaderboard> make_trade_offs(const RunSet& set, const ReportRequest& request) {
  std::vector<Leaderboard> out;
  if (!request.groups.metrics.empty()) return out;
  for (GroupRequest& one : main_requests(set, request)) {
    const Groups scored = group_runs(set, one);
    for (const char* metric : {kTrainingTime, kJoules}) {
      if (any_has(set, scored, metric)) one.metrics.emplace_back(metric);
    }
    if (one.metrics.size() < 2) continue;
    out.push_back(rank_groups(set, group_runs(set, one), request.directions));
    warn_of_gaps(out.back());
  }
  return out;
}

Document make_report(const RunSet& set, const ReportRequest& request) {
  return make_report(set, request, make_leaderboards(set, request));
}

Document make_report(const RunSet& set, const ReportRequest& request,
                     const std::vector<Leaderboard>& boards) {
  Document document{"report"};
  for (const Leaderboard& board : boards) {
    GroupRequest groups = request.groups;
    groups.metrics = board.groups.metrics;
    add_tables(set, board, groups, request, document);
  }
  if (!boards.empty()) {
    Table fits = overfitting_table(set, boards.front().groups, request.patience);
    if (!fits.rows.empty()) document.tables.push_back(std::move(fits));
  }
  document.notes = overview_notes(set);
  for (const std::string& benchmark : unknown_benchmarks(set, request)) {
    document.notes.push_back(fmt::format(
        "The main score of benchmark '{}' is not known: name one with --by METRIC.", benchmark));
  }
  document.facts["problems"] = set.problems;
  document.facts["unfinished"] = set.unfinished;
  document.facts["findings"] = set.findings;
  document.facts["num_runs"] = set.runs.size();
  Json invalid = Json::array();
  for (const Run& run : set.runs) {
    if (!run.valid) invalid.push_back({{"run", run.name}, {"reasons", run.reasons}});
  }
  document.facts["invalid"] = std::move(invalid);
  return document;
}

Json run_set_json(const RunSet& set, const std::vector<std::string>& paths) {
  std::set<Name> wanted;
  for (const std::string& path : paths) {
    if (const auto name = set.names.find(path)) wanted.insert(*name);
  }
  Json names = Json::array();
  for (Name name = 0; name < set.names.size(); ++name) names.push_back(set.names.text(name));
  Json runs = Json::array();
  for (const Run& run : set.runs) runs.push_back(run_json(run, wanted));
  Json baselines = Json::array();
  for (const Baseline& one : set.baselines) {
    baselines.push_back(
        {{"name", one.name}, {"metric", one.metric}, {"value", one.value}, {"source", one.source}});
  }
  return {{"schema_version", 1},
          {"names", std::move(names)},
          {"runs", std::move(runs)},
          {"parameters", set.parameters},
          {"baselines", std::move(baselines)},
          {"findings", set.findings},
          {"unfinished", set.unfinished},
          {"problems", set.problems}};
}

}  // namespace sciwright::report
