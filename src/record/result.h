#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/python_json.h"

namespace sciwright::record {

/// The outcome of one run, `result.json`. What was not measured is absent, never 0. With the same
/// seed, threads and device it is the same text but for `times_s`, the stamps, `waiting`, `energy`,
/// `io` and `memory`.
struct RunResult {
  std::string benchmark;
  std::string model;            ///< Which of the benchmark's models; empty where it has one only.
  std::string program_version;  ///< Of sciwright.
  std::uint64_t seed = 0;
  std::string config_hash;  ///< SHA-256 of the resolved configuration.
  bool valid = true;        ///< False when the answer is wrong: such a run is never averaged.
  std::vector<std::string> reasons = {};  ///< Why it is not valid, a sentence each.
  Json scores = Json::array();            ///< One object per row; the benchmark says what is in it.
  Json details = Json::object();  ///< What else the benchmark wants to keep (model size, epochs).
  std::map<std::string, std::optional<double>> times_s = {};  ///< Phase and seconds.
  std::string started_utc;
  std::string finished_utc;
  int num_sessions = 1;  ///< More than 1 when the run was resumed.
  /// What it waited for before its sessions, in queues and besides; docs/metrics.md.
  Json waiting = nullptr;
  /// `joules` (null: not measured, `reason` says why), devices, phases and epochs; docs/metrics.md.
  Json energy = nullptr;
  /// What the training read and how long it waited for it; docs/metrics.md.
  Json io = nullptr;
  /// The most memory that it held; docs/metrics.md.
  Json memory = nullptr;
};

/// The document of a result, with `schema_version`. Absent numbers and empty texts are null.
Json result_json(const RunResult& result);

/// Reads result_json() back; unknown keys are ignored. Throws a usage error that lists everything
/// that is missing or has the wrong type; `name` is the file for the message.
RunResult parse_result(const Json& document, const std::string& name);

/// Reads a `result.json`. Throws a usage error when it is absent, no JSON, or of another schema.
RunResult read_result(const std::filesystem::path& path);

/// Writes a `result.json` atomically.
void write_result(const std::filesystem::path& path, const RunResult& result);

}  // namespace sciwright::record
