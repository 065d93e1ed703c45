#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "record/python_json.h"
#include "record/run_dir.h"
#include "report/exports.h"

namespace sciwright::report {
namespace {

namespace fs = std::filesystem;
using record::Json;

std::string utc_text(double seconds) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

Json reference(const std::string& id) { return {{"@id", id}}; }

/// The files of a run folder that tell of it.
Json file_entities(const fs::path& root, const std::string& folder, Json& parts) {
  Json out = Json::array();
  const record::RunPaths paths(folder);
  for (const fs::path& path : {paths.result, paths.config, paths.history, paths.mllog, paths.timers,
                               paths.energy, paths.host}) {
    if (!fs::exists(path)) continue;
    const std::string id = path.lexically_relative(root).generic_string();
    const std::string ending = path.extension().string();
    const char* format = ending == ".json"   ? "application/json"
                         : ending == ".csv"  ? "text/csv"
                         : ending == ".yaml" ? "application/yaml"
                                             : "text/plain";
    out.push_back({{"@id", id},
                   {"@type", "File"},
                   {"name", path.filename().string()},
                   {"contentSize", fmt::to_string(fs::file_size(path))},
                   {"encodingFormat", format}});
    parts.push_back(reference(id));
  }
  return out;
}

/// The scores of the first row as schema.org's property values.
Json score_values(const RunSet& set, const Run& run) {
  Json out = Json::array();
  if (run.rows.empty()) return out;
  for (const Number& number : run.rows.front().numbers) {
    const std::string& path = set.names.text(number.path);
    if (path.starts_with("baselines.")) continue;
    out.push_back({{"@type", "PropertyValue"}, {"name", path}, {"value", number.value}});
  }
  return out;
}

Json action_of(const RunSet& set, const Run& run, const std::string& id) {
  const bool has_model = !text_of(set, run, "model").empty();
  Json action = {{"@id", "#run-" + id},
                 {"@type", "CreateAction"},
                 {"name", fmt::format("{}{}{}", text_of(set, run, "benchmark"),
                                      has_model ? " " : "", text_of(set, run, "model"))},
                 {"instrument", reference("#sciwright")},
                 {"result", reference(id)},
                 {"actionStatus", run.valid ? "http://schema.org/CompletedActionStatus"
                                            : "http://schema.org/FailedActionStatus"}};
  if (run.started_s) action["startTime"] = utc_text(*run.started_s);
  if (run.finished_s) action["endTime"] = utc_text(*run.finished_s);
  return action;
}

void append(Json& to, Json&& from) {
  for (Json& one : from) to.push_back(std::move(one));
}

/// What a crate holds, as it is put together.
struct Crate {
  fs::path root;
  Json parts = Json::array();
  Json mentions = Json::array();
  Json entities = Json::array();
  double newest_s = 0;
  std::string version = {};

  /// Adds a run that lies in the root; others are passed over.
  void add(const RunSet& set, const Run& run) {
    if (run.folder.empty()) return;
    const fs::path folder = fs::absolute(run.folder).lexically_normal();
    const fs::path inside = folder.lexically_relative(root);
    if (inside.empty() || *inside.begin() == "..") return;
    const std::string id = (inside == "." ? "run" : inside.generic_string()) + "/";
    Json files = Json::array();
    append(entities, file_entities(root, folder.string(), files));
    entities.push_back({{"@id", id},
                        {"@type", "Dataset"},
                        {"name", run.name},
                        {"hasPart", files},
                        {"variableMeasured", score_values(set, run)}});
    entities.push_back(action_of(set, run, id));
    parts.push_back(reference(id));
    mentions.push_back(reference("#run-" + id));
    newest_s = std::max(newest_s, run.finished_s.value_or(0));
    version = std::max(version, text_of(set, run, "program_version"));
  }

  Json document() && {
    Json graph = {{{"@id", "ro-crate-metadata.json"},
                   {"@type", "CreativeWork"},
                   {"conformsTo", reference("https://w3id.org/ro/crate/1.1")},
                   {"about", reference("./")}},
                  {{"@id", "./"},
                   {"@type", "Dataset"},
                   {"name", root.filename().string()},
                   {"description", fmt::format("{} benchmark runs by sciwright", parts.size())},
                   {"datePublished", utc_text(newest_s)},
                   {"license", "No licence is stated."},
                   {"hasPart", parts},
                   {"mentions", mentions}},
                  {{"@id", "#sciwright"},
                   {"@type", "SoftwareApplication"},
                   {"name", "sciwright"},
                   {"softwareVersion", version}}};
    append(graph, std::move(entities));
    return {{"@context", "https://w3id.org/ro/crate/1.1/context"}, {"@graph", std::move(graph)}};
  }
};

}  // namespace

std::string export_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                          std::string_view("_-. /").find(c) != std::string_view::npos;
    out += is_plain ? c : '_';
  }
  fs::path clean;
  for (const fs::path& part : fs::path(out).relative_path()) {
    if (part != "." && part != ".." && !part.empty()) clean /= part;
  }
  return clean.empty() ? "run" : clean.string();
}

void export_ro_crate(const RunSet& set, const fs::path& folder) {
  Crate crate{fs::absolute(folder).lexically_normal()};
  for (const Run& run : set.runs) crate.add(set, run);
  if (crate.parts.empty()) {
    throw usage_error(fmt::format("{}: none of the runs is in this folder", folder.string()));
  }
  const Json document = std::move(crate).document();
  write_file_atomic(folder / "ro-crate-metadata.json",
                    document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace sciwright::report
