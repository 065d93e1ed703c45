#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::experiment {

using Json = nlohmann::json;

/// What a job's own progress lines say: "# cloudmesh status=running progress=30 msg='epoch 3'".
struct ProgressLine {
  std::string status;                         ///< "running", "done", …; empty without a line.
  std::string message;                        ///< The value of `msg`.
  int percent = -1;                           ///< -1: not said.
  std::map<std::string, std::string> values;  ///< All that it says, these among it.
};

/// The last progress line of a log. Values may be in quotes.
ProgressLine last_progress(const std::string& log);

/// An experiment as `list` shows it.
struct ListedExperiment {
  std::string name;
  Json parameters;
  std::uint64_t size_bytes = 0;  ///< Of its folder.
  ProgressLine progress;         ///< From its newest .out, .log or .err file.
};

/// The experiments of a folder and the names of their parameters.
struct Listing {
  std::vector<std::string> parameters;
  std::vector<ListedExperiment> experiments;
};

/// Lists the experiments of a study's manifest in its order, or, where there is none, the folders
/// with a config.yaml that has an `experiment` section, by name (as the original made them). Throws
/// a usage error when the folder is no folder or has neither.
Listing list_experiments(const std::filesystem::path& folder);

/// A table, and the line "total: 3, pending: 2, done: 1".
std::string listing_text(const Listing& listing);
std::string listing_summary(const Listing& listing);
Json listing_json(const Listing& listing);

}  // namespace sciwright::experiment
