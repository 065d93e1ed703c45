#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/files.h"
#include "experiment/manifest.h"
#include "record/result.h"

namespace sciwright::report {

/// What a made-up run came to.
struct MadeUp {
  std::string benchmark = "cloudmask";
  double accuracy = 0.9;
  double training_s = 10;
  std::uint64_t seed = 1;
  int epochs = 5;
  bool valid = true;
  std::string started_utc = "2026-11-01T10:00:00.000Z";
  std::string finished_utc = "2026-11-01T10:00:20.000Z";
};

/// Writes the result of a made-up run into its folder, which is made.
inline void make_run(const std::filesystem::path& folder, const MadeUp& facts = {}) {
  record::RunResult result;
  result.benchmark = facts.benchmark;
  result.seed = facts.seed;
  result.valid = facts.valid;
  if (!facts.valid) result.reasons = {"the loss is not a number"};
  result.scores = {
      {{"accuracy", facts.accuracy},
       {"baselines", {{"majority", {{"accuracy", 0.8}}}, {"threshold", {{"accuracy", 0.85}}}}}}};
  result.details = {{"protocol", "honest"}, {"model", {{"epochs_run", facts.epochs}}}};
  result.times_s = {{"Training", facts.training_s}, {"Total", facts.training_s + 2}};
  result.started_utc = facts.started_utc;
  result.finished_utc = facts.finished_utc;
  std::filesystem::create_directories(folder);
  // Not write_result: hundreds of fsyncs take long.
  std::ofstream(folder / "result.json") << record::result_json(result).dump(2);
}

/// The line of a manifest for an experiment in a folder of its name.
inline std::string manifest_line_of(const std::string& id, const std::string& name,
                                    const std::string& parameters_json) {
  experiment::ManifestEntry entry;
  entry.id = id;
  entry.name = entry.directory = name;
  entry.script = "job.sh";
  entry.config = "config.yaml";
  entry.parameters_json = parameters_json;
  return experiment::manifest_line(entry) + "\n";
}

}  // namespace sciwright::report
