#include "record/result.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "record/bounded_json.h"

namespace sciwright::record {
namespace {

constexpr int kSchemaVersion = 1;

Json text(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }

/// Takes typed members out of a document and collects what is wrong with them.
struct Reader {
  const Json& document;
  const std::string& name;
  Problems problems = {};

  template <class T>
  void take(const char* key, T& value) {
    if (!document.contains(key)) {
      problems.push_back(fmt::format("{}: lacks '{}'", name, key));
      return;
    }
    try {
      document.at(key).get_to(value);
    } catch (const Json::exception&) {
      problems.push_back(
          fmt::format("{}: '{}' has the wrong type: {}", name, key, document.at(key).dump()));
    }
  }

  void take_text(const char* key, std::string& value) {
    if (document.contains(key) && document.at(key).is_null()) return;
    take(key, value);
  }
};

}  // namespace

Json result_json(const RunResult& r) {
  Json times = Json::object();
  for (const auto& [phase, seconds] : r.times_s) {
    times[phase] = seconds ? Json(*seconds) : Json(nullptr);
  }
  return {{"schema_version", kSchemaVersion},
          {"benchmark", r.benchmark},
          {"model", text(r.model)},
          {"program_version", text(r.program_version)},
          {"seed", r.seed},
          {"config_hash", text(r.config_hash)},
          {"valid", r.valid},
          {"reasons", r.reasons},
          {"scores", r.scores},
          {"details", r.details},
          {"times_s", std::move(times)},
          {"started_utc", text(r.started_utc)},
          {"finished_utc", text(r.finished_utc)},
          {"num_sessions", r.num_sessions},
          {"waiting", r.waiting},
          {"energy", r.energy},
          {"io", r.io},
          {"memory", r.memory}};
}

RunResult parse_result(const Json& document, const std::string& name) {
  const Json version = document.is_object() ? document.value("schema_version", Json()) : Json();
  if (version != kSchemaVersion) {
    throw usage_error(
        fmt::format("{}: schema_version is {}, expected {}", name, version.dump(), kSchemaVersion));
  }
  RunResult r;
  Reader reader{document, name};
  reader.take("benchmark", r.benchmark);
  reader.take_text("model", r.model);
  reader.take_text("program_version", r.program_version);
  reader.take("seed", r.seed);
  reader.take_text("config_hash", r.config_hash);
  reader.take("valid", r.valid);
  reader.take("reasons", r.reasons);
  reader.take("scores", r.scores);
  reader.take("details", r.details);
  reader.take_text("started_utc", r.started_utc);
  reader.take_text("finished_utc", r.finished_utc);
  reader.take("num_sessions", r.num_sessions);
  reader.take("energy", r.energy);
  // Older results do not have these.
  r.io = document.value("io", Json());
  r.memory = document.value("memory", Json());
  r.waiting = document.value("waiting", Json());
  Json times = Json::object();
  reader.take("times_s", times);
  for (const auto& [phase, seconds] : times.items()) {
    if (!seconds.is_null() && !seconds.is_number()) {
      reader.problems.push_back(fmt::format("{}: times_s of '{}' is no number", name, phase));
      continue;
    }
    r.times_s[phase] = seconds.is_null() ? std::nullopt : std::optional(seconds.get<double>());
  }
  throw_if_any(reader.problems);
  return r;
}

RunResult read_result(const std::filesystem::path& path) {
  const Json document = parse_bounded_json(read_file(path));
  if (document.is_discarded()) {
    throw usage_error(fmt::format("{}: is not complete, is no JSON, or has more than {} levels",
                                  path.string(), kMostJsonLevels));
  }
  return parse_result(document, path.string());
}

void write_result(const std::filesystem::path& path, const RunResult& result) {
  write_file_atomic(path, result_json(result).dump(2) + '\n');
}

}  // namespace sciwright::record
