#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/files.h"
#include "base/hash.h"
#include "io/yaml.h"
#include "report/exports.h"

namespace sciwright::report {
namespace {

using io::Json;

constexpr int kFinished = 3;     // mlflow.entities.RunStatus
constexpr int kLocalSource = 4;  // mlflow.entities.SourceType

std::int64_t milliseconds(const std::optional<double>& seconds) {
  return std::llround(seconds.value_or(0) * 1e3);
}

/// "timestamp value step", a line each.
std::string metric_line(std::int64_t time_ms, double value, std::size_t step) {
  return fmt::format("{} {} {}\n", time_ms, value, step);
}

void write_below(const std::filesystem::path& folder, const std::string& name,
                 const std::string& content) {
  const std::filesystem::path path = folder / export_name(name);
  make_directories(path.parent_path());
  write_file_atomic(path, content);
}

Json run_meta(const Run& run, const std::string& experiment, const std::string& id,
              const std::filesystem::path& folder) {
  return {{"artifact_uri", "file://" + (std::filesystem::absolute(folder) / "artifacts").string()},
          {"end_time", milliseconds(run.finished_s)},
          {"entry_point_name", ""},
          {"experiment_id", experiment},
          {"lifecycle_stage", "active"},
          {"run_id", id},
          {"run_name", run.name},
          {"run_uuid", id},
          {"source_name", "sciwright"},
          {"source_type", kLocalSource},
          {"source_version", ""},
          {"start_time", milliseconds(run.started_s)},
          {"status", kFinished},
          {"tags", Json::array()},
          {"user_id", ""}};
}

/// A number may stand in two rows; the first counts, as everywhere.
std::map<std::string, std::string> metrics_of(const RunSet& set, const Run& run) {
  std::map<std::string, std::string> out;
  const std::size_t last = run.history ? run.history->num_epochs() : 0;
  const std::int64_t end_ms = milliseconds(run.finished_s);
  const auto add = [&](const Numbers& numbers) {
    for (const Number& number : numbers) {
      out.emplace(set.names.text(number.path), metric_line(end_ms, number.value, last));
    }
  };
  if (!run.rows.empty()) add(run.rows.front().numbers);
  add(run.numbers);
  if (!run.history) return out;
  for (std::size_t c = 0; c < run.history->columns.size(); ++c) {
    std::string lines;
    for (std::size_t i = 0; i < last; ++i) {
      const double value = run.history->values[c][i];
      if (!std::isnan(value)) lines += metric_line(milliseconds(run.started_s), value, i + 1);
    }
    if (!lines.empty()) out["history/" + run.history->columns[c]] = lines;
  }
  return out;
}

void write_run(const RunSet& set, const Run& run, const std::string& experiment,
               const std::filesystem::path& experiment_folder) {
  const std::string id = sha256_hex(run.name).substr(0, 32);
  const std::filesystem::path folder = experiment_folder / id;
  for (const char* part : {"metrics", "params", "tags", "artifacts"})
    make_directories(folder / part);
  for (const auto& [name, lines] : metrics_of(set, run)) {
    write_below(folder / "metrics", name, lines);
  }
  for (const Label& label : run.parameters) {
    write_below(folder / "params", set.names.text(label.key), set.names.text(label.value));
  }
  for (const Label& label : run.labels) {
    write_below(folder / "tags", set.names.text(label.key), set.names.text(label.value));
  }
  write_below(folder / "tags", "mlflow.runName", run.name);
  write_file_atomic(folder / "meta.yaml", io::write_yaml(run_meta(run, experiment, id, folder)));
}

}  // namespace

void export_mlflow(const RunSet& set, const std::filesystem::path& folder) {
  std::map<std::string, std::string> experiments;  // benchmark and number
  for (const Run& run : set.runs) {
    if (!run.valid) continue;
    std::string benchmark = text_of(set, run, "benchmark");
    if (benchmark.empty()) benchmark = "unknown";
    const auto [place, is_new] =
        experiments.emplace(benchmark, fmt::to_string(experiments.size() + 1));
    const std::filesystem::path target = folder / place->second;
    if (is_new) {
      make_directories(target);
      const Json meta = {
          {"artifact_location", "file://" + std::filesystem::absolute(target).string()},
          {"creation_time", milliseconds(run.started_s)},
          {"experiment_id", place->second},
          {"last_update_time", milliseconds(run.finished_s)},
          {"lifecycle_stage", "active"},
          {"name", benchmark}};
      write_file_atomic(target / "meta.yaml", io::write_yaml(meta));
    }
    write_run(set, run, place->second, target);
  }
}

}  // namespace sciwright::report
