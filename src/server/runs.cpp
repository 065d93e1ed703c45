#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "campaign/outcomes.h"
#include "io/csv.h"
#include "record/bounded_json.h"
#include "record/result.h"
#include "record/run_dir.h"
#include "record/timers_csv.h"
#include "record/utc_stamp.h"
#include "server/below.h"
#include "server/findings.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;
using record::RunResult;

/// A trace is drawn a thousand pixels wide; more points say nothing.
constexpr std::size_t kMostPowerPoints = 5000;
constexpr std::string_view kBaselines = "baselines.";

/// Nothing for a file that cannot be read.
std::optional<RunResult> try_read(const fs::path& root, const fs::path& run) {
  if (!is_file_below(fs::canonical(root), run / "result.json")) return std::nullopt;
  try {
    return record::read_result(run / "result.json");
  } catch (const Error&) {
    return std::nullopt;
  }
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// Numbers of the first row of scores.
Json scores_of(const RunResult& result) {
  Json metrics = Json::object();
  for (const std::string& path : campaign::number_paths(result, {})) {
    if (campaign::depends_on_system(path) || path.starts_with("details.")) continue;
    const auto value = campaign::number_at(result, path, {});
    if (value) metrics[path] = *value;
  }
  return metrics;
}

Json duration_of(const RunResult& result) {
  const auto start = record::parse_utc_stamp(result.started_utc);
  const auto end = record::parse_utc_stamp(result.finished_utc);
  if (!start || !end) return nullptr;
  return static_cast<double>(*end - *start) / static_cast<double>(record::kNsPerSecond);
}

Json run_row(const fs::path& root, const fs::path& run) {
  Json row = {{"name", name_of(root, run)}, {"path", run.string()}};
  const auto result = try_read(root, run);
  row["benchmark"] = result ? result->benchmark : "";
  row["status"] = !result ? "unreadable" : result->valid ? "valid" : "invalid";
  row["started_utc"] = result ? text_or_null(result->started_utc) : Json();
  row["duration_s"] = result ? duration_of(*result) : Json();
  row["metrics"] = result ? scores_of(*result) : Json::object();
  return row;
}

/// Rows of a CSV file as objects: numbers as numbers, empty fields left out.
Json csv_rows(const fs::path& root, const fs::path& file) {
  Json rows = Json::array();
  const auto text = read_below(root, file);
  if (!text) return rows;
  io::CsvReader reader(*text, {.name = file.string(), .skip_broken = true});
  if (!reader.next()) return rows;
  const std::vector<std::string> names(reader.fields().begin(), reader.fields().end());
  while (reader.next()) {
    Json row = Json::object();
    for (std::size_t i = 0; i < std::min(names.size(), reader.fields().size()); ++i) {
      const std::string_view field = reader.fields()[i];
      if (field.empty()) continue;
      const auto number = io::parse_double(field);
      row[names[i]] = number && std::isfinite(*number) ? Json(*number) : Json(field);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json epochs_of(const fs::path& root, const record::RunPaths& paths) {
  Json epochs = csv_rows(root, paths.history);
  for (Json& epoch : epochs) {
    if (epoch.contains("train_loss")) epoch["loss"] = epoch["train_loss"];
  }
  return epochs;
}

Json phases_of(const fs::path& root, const record::RunPaths& paths) {
  Json phases = Json::array();
  Problems problems;
  const auto intervals =
      record::parse_timers_csv(read_below(root, paths.timers).value_or(""), problems);
  if (intervals.empty()) return phases;
  const std::int64_t start_ns =
      std::ranges::min(intervals, {}, &record::Interval::start_utc_ns).start_utc_ns;
  for (const record::Interval& interval : intervals) {
    phases.push_back(
        {{"name", interval.name},
         {"start_s", static_cast<double>(interval.start_utc_ns - start_ns) / 1e9},
         {"duration_s",
          interval.duration_ns ? Json(static_cast<double>(*interval.duration_ns) / 1e9) : Json()}});
  }
  return phases;
}

Json power_of(const fs::path& root, const record::RunPaths& paths) {
  Json points = Json::array();
  const Json rows = csv_rows(root, paths.energy);
  const std::size_t step = rows.size() / kMostPowerPoints + 1;
  std::optional<std::int64_t> start_ns;
  for (std::size_t i = 0; i < rows.size(); i += step) {
    const Json& row = rows[i];
    const auto utc = record::parse_utc_stamp(row.value("utc", ""));
    if (!utc || !row.contains("power_w") || !row["power_w"].is_number()) continue;
    if (!start_ns) start_ns = utc;
    const Json device = row.value("device", Json(""));
    points.push_back({{"t_s", static_cast<double>(*utc - *start_ns) / 1e9},
                      {"device", device.is_string() ? device : Json(device.dump())},
                      {"power_w", row["power_w"]}});
  }
  return points;
}

/// Whether a baseline's score is a score of the model: of the same name, or, where the model has
/// one for each part ("average.val"), with the part behind a '_' ("average_val"), and none for all.
bool is_same_score(std::string_view baseline, std::string score) {
  if (score.ends_with(".all")) score.resize(score.size() - 4);
  if (baseline == score) return true;
  std::ranges::replace(score, '.', '_');
  return baseline == score;
}

/// The processor and accelerators it ran on.
std::string system_of(const fs::path& root, const fs::path& run) {
  const auto text = read_below(fs::canonical(root), run / "host.json");
  return campaign::describe_system(record::parse_bounded_json(text.value_or("null")));
}

/// The best trivial forecast's value of the same score; nothing without one.
Json baseline_of(const RunResult& result, const std::string& metric,
                 campaign::Direction direction) {
  Json best;
  for (const std::string& path : campaign::number_paths(result, {})) {
    if (!path.starts_with(kBaselines)) continue;
    const std::size_t name_end = path.find('.', kBaselines.size());
    if (name_end == std::string::npos) continue;
    if (!is_same_score(std::string_view(path).substr(name_end + 1), metric)) continue;
    const double value = *campaign::number_at(result, path, {});
    const bool is_better =
        best.is_null() || (direction == campaign::Direction::kHigher ? value > best.get<double>()
                                                                     : value < best.get<double>());
    if (is_better) best = value;
  }
  return best;
}

/// The rows of one leaderboard, best first; equal values share a rank.
void rank(std::vector<Json>& rows, campaign::Direction direction) {
  const bool higher = direction == campaign::Direction::kHigher;
  std::ranges::stable_sort(rows, [&](const Json& a, const Json& b) {
    return higher ? a["value"] > b["value"] : a["value"] < b["value"];
  });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_equal = i > 0 && rows[i]["value"] == rows[i - 1]["value"];
    rows[i]["rank"] = is_equal ? rows[i - 1]["rank"] : Json(i + 1);
  }
}

}  // namespace

Json runs_json(const fs::path& root, const Findings& found) {
  Json list = Json::array();
  for (const fs::path& run : found.runs) list.push_back(run_row(root, run));
  return {{"runs", list}};
}

Json run_json(const fs::path& given_root, const fs::path& run) {
  const fs::path root = fs::canonical(given_root);
  const record::RunPaths paths(run);
  const Json result = record::parse_bounded_json(read_below(root, paths.result).value_or(""));
  if (!result.is_object()) {
    throw usage_error(fmt::format("{}: this is no JSON object of at most {} levels",
                                  paths.result.string(), record::kMostJsonLevels));
  }
  const Json host = record::parse_bounded_json(read_below(root, paths.host).value_or("null"));
  return {{"name", name_of(given_root, run)}, {"result", result},
          {"epochs", epochs_of(root, paths)}, {"phases", phases_of(root, paths)},
          {"power", power_of(root, paths)},   {"host", host.is_object() ? host : Json()}};
}

Json leaderboards_json(const fs::path& root, const Findings& found,
                       const std::vector<campaign::KnownMetrics>& known) {
  std::map<std::pair<std::string, std::string>, std::vector<Json>> rows;
  std::map<std::string, campaign::Direction> directions;
  for (const fs::path& run : found.runs) {
    const auto result = try_read(root, run);
    if (!result || !result->valid) continue;
    const Json scores = scores_of(*result);
    for (const auto& [metric, value] : scores.items()) {
      if (metric.starts_with("baselines.")) continue;
      const auto direction = campaign::direction_of(metric, known);
      if (!direction) continue;
      directions[metric] = *direction;
      rows[{result->benchmark, metric}].push_back(
          Json{{"run", name_of(root, run)},
               {"value", value},
               {"baseline", baseline_of(*result, metric, *direction)},
               {"system", system_of(root, run)},
               {"date", result->started_utc}});
    }
  }
  Json list = Json::array();
  for (auto& [key, table] : rows) {
    rank(table, directions.at(key.second));
    list.push_back({{"benchmark", key.first},
                    {"metric", key.second},
                    {"direction", campaign::direction_name(directions.at(key.second))},
                    {"rows", table}});
  }
  return {{"leaderboards", list}};
}

}  // namespace sciwright::server
