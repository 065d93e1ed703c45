#include "report/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "report/make_report.h"
#include "stats/comparison.h"

namespace sciwright::report {
namespace {

using campaign::Direction;

constexpr double kSignificance = 0.05;

/// One side: its runs and the groups of one metric.
struct Side {
  const RunSet& set;
  Groups groups;
};

bool has_word(const RunSet& set, const char* key) {
  return std::ranges::any_of(set.runs,
                             [&](const Run& run) { return !text_of(set, run, key).empty(); });
}

/// Keys that both sides are grouped by: their own words must not tell them apart.
std::vector<std::string> shared_keys(const RunSet& a, const RunSet& b,
                                     const ComparisonRequest& request) {
  if (!request.groups.keys.empty()) return request.groups.keys;
  std::vector<std::string> keys;
  for (const char* key : {"benchmark", "model"}) {
    if (has_word(a, key) && has_word(b, key)) keys.emplace_back(key);
  }
  for (const std::string& parameter : a.parameters) {
    if (std::ranges::find(b.parameters, parameter) == b.parameters.end()) continue;
    const auto is_given = [&](const campaign::RowChoice& where) {
      return std::ranges::find(where, parameter, &std::pair<std::string, std::string>::first) !=
             where.end();
    };
    if (!is_given(request.where_a) && !is_given(request.where_b)) keys.push_back(parameter);
  }
  return keys;
}

GroupRequest side_request(const GroupRequest& groups, const std::vector<std::string>& keys,
                          const std::string& metric, const campaign::RowChoice& where) {
  GroupRequest out = groups;
  out.metrics = {metric};
  out.keys = keys;
  out.where.insert(out.where.end(), where.begin(), where.end());
  return out;
}

/// The places of the keys that were asked for: those that a set added itself are left out.
std::string shared_label(const Groups& groups, const Group& group,
                         const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) {
    const auto place = std::ranges::find(groups.keys, key) - groups.keys.begin();
    out += group.labels[static_cast<std::size_t>(place)] + '\0';
  }
  return out;
}

/// All members of groups with one label, whatever else tells them apart.
std::vector<Observation> members_of(const Groups& groups, const std::vector<std::string>& keys,
                                    const std::string& label) {
  std::vector<Observation> out;
  for (const Group& group : groups.groups) {
    if (shared_label(groups, group, keys) != label) continue;
    const std::vector<Observation>& members = group.samples.front().members;
    out.insert(out.end(), members.begin(), members.end());
  }
  return out;
}

std::vector<double> values_of(const std::vector<Observation>& members) {
  Sample sample;
  sample.members = members;
  return sample.values();
}

void test(ComparisonRow& row, const std::vector<double>& a, const std::vector<double>& b) {
  row.a = stats::summarize(a);
  row.b = stats::summarize(b);
  if (row.a.mean != 0) row.change_fraction = (row.b.mean - row.a.mean) / std::abs(row.a.mean);
  if (a.size() < 2 || b.size() < 2) return;
  const stats::Moments of_a = stats::moments_of(a);
  const stats::Moments of_b = stats::moments_of(b);
  if (const auto welch = stats::welch_test(of_b, of_a)) {
    row.statistic = welch->statistic;
    row.p_value = welch->p_value;
  } else {
    // Neither side varies: equal or certainly different.
    row.p_value = row.a.mean == row.b.mean ? 1 : 0;
  }
  if (const auto ranks = stats::mann_whitney_test(b, a)) row.rank_p_value = ranks->p_value;
  row.effect = stats::hedges_g(of_b, of_a);
  const double chance = stats::probability_of_superiority(b, a);
  row.chance_b_better = row.direction == Direction::kLower ? 1 - chance : chance;
}

/// Whether B is better; nothing when they are equal or nobody knows which way that is.
std::optional<bool> is_better(const ComparisonRow& row) {
  if (!row.direction || row.a.mean == row.b.mean) return std::nullopt;
  return (row.b.mean > row.a.mean) == (*row.direction == Direction::kHigher);
}

void judge(Comparison& comparison, const ComparisonRequest& request) {
  std::vector<double> p_values;
  for (const ComparisonRow& row : comparison.rows) {
    if (row.p_value) p_values.push_back(*row.p_value);
  }
  const std::vector<double> corrected = stats::holm_correction(p_values);
  std::size_t next = 0;
  for (ComparisonRow& row : comparison.rows) {
    if (row.p_value) {
      row.holm_p_value = corrected[next++];
      const std::optional<bool> better = is_better(row);
      const bool is_shown = *row.holm_p_value < kSignificance && better;
      row.verdict = !is_shown ? Verdict::kNotShown : *better ? Verdict::kBetter : Verdict::kWorse;
    }
    if (!request.tolerance_fraction || is_better(row) != false) continue;
    const bool is_much =
        std::abs(row.b.mean - row.a.mean) > *request.tolerance_fraction * std::abs(row.a.mean);
    // A gate looks at each row by itself: correction for many rows would let more pass.
    row.fails = is_much && (!row.p_value || *row.p_value < kSignificance);
  }
}

/// First start and last end of some runs; nothing when one is not known.
std::optional<std::pair<double, double>> span_of(const RunSet& set,
                                                 const std::vector<Observation>& members) {
  double first = std::numeric_limits<double>::infinity();
  double last = -first;
  for (const Observation& member : members) {
    const Run& run = set.runs[member.run];
    if (!run.started_s || !run.finished_s) return std::nullopt;
    first = std::min(first, *run.started_s);
    last = std::max(last, *run.finished_s);
  }
  return std::pair(first, last);
}

/// Compares one metric, group by group.
class MetricComparison final {
 public:
  MetricComparison(const RunSet& a, const RunSet& b, const ComparisonRequest& request,
                   const std::string& metric, Comparison& out)
      : a_{a, group_runs(a, side_request(request.groups, out.keys, metric, request.where_a))},
        b_{b, group_runs(b, side_request(request.groups, out.keys, metric, request.where_b))},
        out_(out) {
    model_.metric = metric;
    const bool is_first = out.rows.empty() && request.directions.first;
    model_.direction = is_first ? request.directions.first
                                : campaign::direction_of(metric, request.directions.known);
    if (request.tolerance_fraction && !model_.direction) {
      throw usage_error(fmt::format(
          "--fail-if-worse: whether more {} is better is not known; say --highest or --lowest",
          metric));
    }
  }

  void run() {
    std::vector<std::string> seen;
    for (const Group& group : a_.groups.groups) {
      const std::string label = shared_label(a_.groups, group, out_.keys);
      if (std::ranges::find(seen, label) != seen.end()) continue;
      seen.push_back(label);
      compare_group(group, label);
    }
    const auto lonely = std::ranges::count_if(b_.groups.groups, [&](const Group& group) {
      return std::ranges::find(seen, shared_label(b_.groups, group, out_.keys)) == seen.end();
    });
    num_lonely_ += static_cast<std::size_t>(lonely);
    if (num_lonely_ > 0) {
      out_.warnings.push_back(fmt::format("{}: {} groups are on one side only, and not compared.",
                                          model_.metric, num_lonely_));
    }
  }

 private:
  void compare_group(const Group& group, const std::string& label) {
    const std::vector<Observation> a = members_of(a_.groups, out_.keys, label);
    const std::vector<Observation> b = members_of(b_.groups, out_.keys, label);
    if (b.empty()) {
      ++num_lonely_;
      return;
    }
    ComparisonRow row = model_;
    for (const std::string& key : out_.keys) {
      const auto place = std::ranges::find(a_.groups.keys, key) - a_.groups.keys.begin();
      row.labels.push_back(group.labels[static_cast<std::size_t>(place)]);
    }
    test(row, values_of(a), values_of(b));
    warn_of_order(a, b);
    out_.rows.push_back(std::move(row));
  }

  void warn_of_order(const std::vector<Observation>& a, const std::vector<Observation>& b) {
    const auto of_a = span_of(a_.set, a);
    const auto of_b = span_of(b_.set, b);
    if (!of_a || !of_b || a.size() + b.size() < 3) return;
    const bool a_first = of_a->second <= of_b->first;
    if (!a_first && of_b->second > of_a->first) return;
    const std::string text = fmt::format(
        "All runs of {} were made before those of {}: what changed with time (load, temperature, "
        "software) looks like a difference between them. Interleave the runs.",
        a_first ? "A" : "B", a_first ? "B" : "A");
    if (std::ranges::find(out_.warnings, text) == out_.warnings.end()) {
      out_.warnings.push_back(text);
    }
  }

  Side a_;
  Side b_;
  Comparison& out_;
  ComparisonRow model_;
  std::size_t num_lonely_ = 0;
};

std::string verdict_text(const ComparisonRow& row) {
  switch (row.verdict) {
    case Verdict::kBetter:
      return "B is better";
    case Verdict::kWorse:
      return "B is worse";
    case Verdict::kNotShown:
      return "no difference shown";
    case Verdict::kUntested:
      break;
  }
  return "single runs, not tested";
}

/// The metrics that both sides have.
std::vector<std::string> usual_metrics(const RunSet& a, const RunSet& b,
                                       const ComparisonRequest& request) {
  std::vector<std::string> out;
  ReportRequest report{request.groups, request.directions};
  std::vector<std::string> of_b;
  for (const std::string& metric : main_metrics(b, report)) of_b.push_back(metric);
  for (const std::string& metric : main_metrics(a, report)) {
    if (std::ranges::find(of_b, metric) != of_b.end()) out.push_back(metric);
  }
  return out;
}

}  // namespace

bool Comparison::fails() const { return std::ranges::any_of(rows, &ComparisonRow::fails); }

Comparison compare(const RunSet& a, const RunSet& b, const ComparisonRequest& request) {
  Comparison out;
  out.has_gate = request.tolerance_fraction.has_value();
  out.keys = shared_keys(a, b, request);
  const std::vector<std::string> metrics =
      request.groups.metrics.empty() ? usual_metrics(a, b, request) : request.groups.metrics;
  for (const std::string& metric : metrics) {
    MetricComparison(a, b, request, metric, out).run();
  }
  if (out.rows.empty()) {
    throw usage_error(
        "A and B have no valid runs in common groups and metrics; say which with --by and --group");
  }
  judge(out, request);
  return out;
}

Document comparison_document(const Comparison& comparison, const std::string& name_a,
                             const std::string& name_b) {
  Table table{"comparison", fmt::format("A: {}; B: {}", name_a, name_b)};
  table.column("metric", "metric");
  for (const std::string& key : comparison.keys) table.column(key, key);
  for (const char* key : {"num_a", "mean_a", "sd_a", "num_b", "mean_b", "sd_b"}) {
    std::string title = key;
    std::ranges::replace(title, '_', ' ');
    table.column(key, title, title.starts_with("sd") ? 2 : 4);
  }
  table.column("change_fraction", "change", 3);
  table.column("welch_t", "t", 3);
  table.column("welch_p", "p", 2);
  table.column("holm_p", "p (Holm)", 2);
  table.column("rank_p", "p (ranks)", 2);
  table.column("hedges_g", "g", 2);
  table.column("chance_b_better", "P(B better)", 2);
  table.column("verdict", "verdict");
  if (comparison.has_gate) table.column("gate", "gate");
  for (const ComparisonRow& row : comparison.rows) {
    std::vector<Cell> cells = {row.metric};
    cells.insert(cells.end(), row.labels.begin(), row.labels.end());
    cells.insert(
        cells.end(),
        {static_cast<double>(row.a.num), row.a.mean, Cell(row.a.standard_deviation),
         static_cast<double>(row.b.num), row.b.mean, Cell(row.b.standard_deviation),
         Cell(row.change_fraction), Cell(row.statistic), Cell(row.p_value), Cell(row.holm_p_value),
         Cell(row.rank_p_value), Cell(row.effect), Cell(row.chance_b_better), verdict_text(row)});
    if (comparison.has_gate) cells.emplace_back(row.fails ? "fails" : "passes");
    table.rows.push_back(std::move(cells));
  }
  table.notes = comparison.warnings;
  drop_empty_columns(table);
  return {"compare", {std::move(table)}};
}

}  // namespace sciwright::report
