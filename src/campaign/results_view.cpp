#include "campaign/results_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text_table.h"
#include "campaign/name_list.h"
#include "experiment/value_text.h"
#include "record/csv_record.h"

namespace sciwright::campaign {
namespace {

constexpr int kSchemaVersion = 1;

/// Not measured, or not to be said from so few values.
const std::string kNothing = "–";

std::string parameter_text(const Json& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : experiment::printed_form(*found);
}

std::string number_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : kNothing;
}

std::string full_text(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

std::string heading(const ShownMetric& metric) {
  std::string text = metric.path;
  if (metric.direction) text += fmt::format(" ({} is better)", direction_name(*metric.direction));
  return text + (metric.per_system ? ", each kind of machine by itself\n" : "\n");
}

template <class Has>
bool any_group(const Results& results, const ShownMetric& metric, const Has& has) {
  return std::ranges::any_of(results.groups, [&](const ResultGroup& group) {
    return group.metric == metric.path && has(group);
  });
}

/// Says when the means that are ranked are of unequally many runs.
std::string unequal_text(const Results& results, const ShownMetric& metric) {
  std::vector<std::size_t> counts;
  for (const ResultGroup& group : results.groups) {
    if (group.metric == metric.path) counts.push_back(group.summary.num);
  }
  if (counts.empty()) return "";
  const auto [least, most] = std::ranges::minmax(counts);
  if (least == most) return "";
  return fmt::format("the means are of {} to {} runs: those of few may be luck\n", least, most);
}

/// One metric's table. Columns that would be empty are left out.
std::string metric_table(const Results& results, const ShownMetric& metric) {
  const bool is_ranked = any_group(results, metric, [](const auto& g) { return g.rank > 0; });
  const bool has_models =
      any_group(results, metric, [](const auto& g) { return !g.model.empty(); });
  const bool has_repeats =
      any_group(results, metric, [](const auto& g) { return g.values.size() > 1; });
  TextTable table;
  if (is_ranked) table.column("rank");
  for (const std::string& name : results.parameters) table.column(name);
  if (has_models) table.column("model", TextTable::Align::kLeft);
  if (metric.per_system) table.column("machine", TextTable::Align::kLeft);
  table.column("n").column("mean");
  if (has_repeats) {
    for (const char* name : {"sd", "median", "olympic", "min", "max", "seeds"}) table.column(name);
  }
  for (const ResultGroup& g : results.groups) {
    if (g.metric != metric.path) continue;
    std::vector<std::string> cells;
    if (is_ranked) cells.push_back(fmt::to_string(g.rank));
    for (const auto& name : results.parameters) {
      cells.push_back(parameter_text(g.parameters, name));
    }
    if (has_models) cells.push_back(g.model);
    if (metric.per_system) cells.push_back(g.system);
    cells.insert(cells.end(), {fmt::to_string(g.summary.num), number_text(g.summary.mean)});
    if (has_repeats) {
      cells.insert(cells.end(), {number_text(g.summary.standard_deviation),
                                 number_text(g.summary.median), number_text(g.summary.olympic_mean),
                                 number_text(g.summary.min), number_text(g.summary.max),
                                 g.seeds ? std::string(seeds_name(*g.seeds)) : kNothing});
    }
    table.row(std::move(cells));
  }
  return heading(metric) + table.text() + (is_ranked ? unequal_text(results, metric) : "");
}

/// "2 have no result yet: a, b\n", or nothing.
std::string named(const std::vector<std::string>& names, const char* singular, const char* plural) {
  if (names.empty()) return "";
  return fmt::format("{} {}: {}\n", names.size(), names.size() == 1 ? singular : plural,
                     name_list(names));
}

std::vector<std::string> with_reasons(const std::vector<LeftOut>& left_out) {
  std::vector<std::string> texts;
  texts.reserve(left_out.size());
  for (const LeftOut& item : left_out) {
    texts.push_back(item.reasons.empty()
                        ? item.experiment
                        : fmt::format("{} ({})", item.experiment, fmt::join(item.reasons, "; ")));
  }
  return texts;
}

Json group_json(const ResultGroup& g) {
  const auto number = [](const std::optional<double>& value) {
    return value ? Json(*value) : Json();
  };
  return {{"metric", g.metric},
          {"parameters", g.parameters},
          {"benchmark", g.benchmark},
          {"model", g.model.empty() ? Json() : Json(g.model)},
          {"system", g.system.empty() ? Json() : Json(g.system)},
          {"rank", g.rank == 0 ? Json() : Json(g.rank)},
          {"num", g.summary.num},
          {"mean", g.summary.mean},
          {"standard_deviation", number(g.summary.standard_deviation)},
          {"median", g.summary.median},
          {"olympic_mean", number(g.summary.olympic_mean)},
          {"min", g.summary.min},
          {"max", g.summary.max},
          {"seeds", g.seeds ? Json(seeds_name(*g.seeds)) : Json()},
          {"experiments", g.experiments},
          {"values", g.values}};
}

Json left_out_json(const std::vector<LeftOut>& left_out) {
  Json out = Json::array();
  for (const LeftOut& item : left_out) {
    out.push_back({{"experiment", item.experiment}, {"reasons", item.reasons}});
  }
  return out;
}

}  // namespace

std::string left_out_text(const Results& results) {
  return named(results.missing, "has no result yet", "have no result yet") +
         named(with_reasons(results.invalid), "is invalid and left out",
               "are invalid and left out") +
         named(with_reasons(results.unreadable), "cannot be read", "cannot be read") +
         named(with_reasons(results.lacking), "is valid, but is not in every table",
               "are valid, but are not in every table") +
         named(results.duplicates, "was run more than once, the first valid result counts",
               "were run more than once, the first valid result counts");
}

std::string results_text(const Results& results) {
  std::string text;
  for (const ShownMetric& metric : results.metrics) {
    const auto has_any = [](const auto&) { return true; };
    if (any_group(results, metric, has_any)) text += metric_table(results, metric) + "\n";
  }
  return text +
         fmt::format("{} of {} experiments have a valid result\n", results.num_valid,
                     results.num_experiments) +
         left_out_text(results);
}

std::string results_csv(const Results& results) {
  std::vector<std::string> header = {"metric", "rank"};
  header.insert(header.end(), results.parameters.begin(), results.parameters.end());
  for (const char* name : {"benchmark", "model", "system", "num", "mean", "standard_deviation",
                           "median", "olympic_mean", "min", "max", "seeds", "experiments"}) {
    header.emplace_back(name);
  }
  std::string out = record::csv_record(header) + "\n";
  for (const ResultGroup& g : results.groups) {
    std::vector<std::string> cells = {g.metric, g.rank == 0 ? "" : fmt::to_string(g.rank)};
    for (const auto& name : results.parameters) {
      cells.push_back(parameter_text(g.parameters, name));
    }
    const stats::Summary& s = g.summary;
    cells.insert(cells.end(), {g.benchmark, g.model, g.system, fmt::to_string(s.num),
                               full_text(s.mean), full_text(s.standard_deviation),
                               full_text(s.median), full_text(s.olympic_mean), full_text(s.min),
                               full_text(s.max), g.seeds ? std::string(seeds_name(*g.seeds)) : "",
                               fmt::format("{}", fmt::join(g.experiments, " "))});
    out += record::csv_record(cells) + "\n";
  }
  return out;
}

Json results_json(const Results& results) {
  Json metrics = Json::array();
  for (const ShownMetric& metric : results.metrics) {
    metrics.push_back(
        {{"path", metric.path},
         {"better", metric.direction ? Json(direction_name(*metric.direction)) : Json()},
         {"per_system", metric.per_system}});
  }
  Json groups = Json::array();
  for (const ResultGroup& group : results.groups) groups.push_back(group_json(group));
  return {{"schema_version", kSchemaVersion},
          {"num_experiments", results.num_experiments},
          {"num_valid", results.num_valid},
          {"metrics", std::move(metrics)},
          {"groups", std::move(groups)},
          {"invalid", left_out_json(results.invalid)},
          {"unreadable", left_out_json(results.unreadable)},
          {"lacking", left_out_json(results.lacking)},
          {"missing", results.missing},
          {"duplicates", results.duplicates}};
}

}  // namespace sciwright::campaign
