#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "campaign/metric.h"

namespace sciwright::server {

using Json = nlohmann::json;

/// What else lies below a root: studies and runs. Links are not followed, and no more than a
/// bounded number of folders is looked at.
struct Findings {
  std::vector<std::filesystem::path> studies = {};  ///< Folders with experiments.jsonl.
  std::vector<std::filesystem::path> runs = {};     ///< Folders with result.json.
};

Findings find_below(const std::filesystem::path& root);

/// "a/b" of a folder below the root is "a~b" in addresses; the root itself is "~".
std::string name_of(const std::filesystem::path& root, const std::filesystem::path& folder);
/// The way back; empty for a name that is none of a folder below the root (links followed).
std::filesystem::path folder_named(const std::filesystem::path& root, const std::string& name);

/// JSON of the schemas Experiments, Experiment, Runs, Run and Leaderboards.
Json experiments_json(const std::filesystem::path& root, const Findings& found, const Clock& clock);
Json experiment_json(const std::filesystem::path& root, const std::filesystem::path& study,
                     const Clock& clock);
Json runs_json(const std::filesystem::path& root, const Findings& found);
Json run_json(const std::filesystem::path& root, const std::filesystem::path& run);
Json leaderboards_json(const std::filesystem::path& root, const Findings& found,
                       const std::vector<campaign::KnownMetrics>& known);

}  // namespace sciwright::server
