#pragma once

#include <string>
#include <vector>

#include "record/python_json.h"

namespace sciwright::record {

/// Logs that pass, for the tests: as JSON documents, one per line of the log.
inline Json log_line(const std::string& event_type, const std::string& key, const Json& value,
                     const Json& metadata = Json::object()) {
  return {{"namespace", ""},          {"time_ms", 1'700'000'000'000},
          {"event_type", event_type}, {"key", key},
          {"value", value},           {"metadata", metadata}};
}

inline Json point(const std::string& key, const Json& value,
                  const Json& metadata = Json::object()) {
  return log_line("POINT_IN_TIME", key, value, metadata);
}

inline Json start(const std::string& key, const Json& metadata = Json::object()) {
  return log_line("INTERVAL_START", key, nullptr, metadata);
}

inline Json end(const std::string& key, const Json& metadata = Json::object()) {
  return log_line("INTERVAL_END", key, nullptr, metadata);
}

inline std::string text_of(const std::vector<Json>& lines) {
  std::string out;
  for (const Json& line : lines) out += ":::MLLOG " + line.dump() + '\n';
  return out;
}

/// The shortest log that the HPC rules accept.
inline std::vector<Json> minimal_hpc_log(const std::string& benchmark, const std::string& division,
                                         const std::string& measure, double value) {
  const Json epoch = {{"epoch_num", 1}};
  return {point("submission_org", "ACME"),
          point("submission_platform", "laptop"),
          point("submission_division", division),
          point("submission_status", "research"),
          point("submission_benchmark", benchmark),
          point("cache_clear", true),
          start("init_start"),
          end("init_stop"),
          start("run_start"),
          point("train_samples", 900),
          point("eval_samples", 100),
          start("epoch_start", epoch),
          start("eval_start", epoch),
          point(measure, value, epoch),
          end("eval_stop", epoch),
          end("epoch_stop", epoch),
          point("result", {{"accuracy", 0.95}}),
          end("run_stop", {{"status", "success"}})};
}

/// The same with what the science rules ask for besides.
inline std::vector<Json> science_log(const std::string& benchmark, const Json& result) {
  std::vector<Json> lines = minimal_hpc_log(benchmark, "open", "eval_accuracy", 0.95);
  lines[16] = point("result", result);
  lines.insert(lines.begin() + 5, {point("submission_version", "1.0"),
                                   point("submission_github_commit_version", "abc"),
                                   point("github_commit_version", "abc"), point("seed", 1234)});
  return lines;
}

/// Adds points after init_start.
inline std::vector<Json> with_points(std::vector<Json> lines, const Json& values) {
  for (const auto& [key, value] : values.items()) {
    std::erase_if(lines, [&](const Json& line) { return line["key"] == key; });
    lines.insert(lines.begin() + 7, point(key, value));
  }
  return lines;
}

}  // namespace sciwright::record
