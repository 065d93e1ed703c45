#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/manifest.h"

namespace sciwright::campaign {

/// Where the files of one experiment are. They go by keys, their paths as in a folder of the
/// experiment's own ("config.yaml", "job.1.jsonl", "run/result.json"), whatever the layout of the
/// study.
class ExperimentFiles final {
 public:
  /// In a study's folder. In flat mode an experiment has its configuration and script there,
  /// `run_NAME` and `jobs/NAME`.
  ExperimentFiles(std::filesystem::path study, const experiment::ManifestEntry& entry);

  /// In a folder of their own.
  explicit ExperimentFiles(std::filesystem::path folder);

  std::filesystem::path place(const std::string& key) const;

  /// The keys of all regular files and symbolic links, sorted; without locks and what writers leave
  /// half-done.
  std::vector<std::string> keys() const;

  /// The key of the job script; empty where that is not known.
  const std::string& script_key() const { return script_key_; }
  /// The folder that holds nothing else; empty in flat mode.
  const std::filesystem::path& own_folder() const { return own_folder_; }

 private:
  std::filesystem::path own_folder_;
  std::string script_key_;
  std::filesystem::path study_;  ///< In flat mode only, as all below.
  std::string name_;
  std::string config_;
  std::string script_;
};

/// Whether a key is of the run, which is never put together from files of two runs.
bool is_of_run(std::string_view key);

/// Whether a key tells of a run that took place: the run's, or the job's record or output.
bool is_of_job(std::string_view key);

/// Whether a file of this name is a lock, or what a writer had not finished: no part of a study.
bool is_passing(std::string_view file_name);

/// The paths of all regular files and symbolic links below a folder, relative to it, sorted; empty
/// without the folder. Files that are passing are left out.
std::vector<std::string> files_below(const std::filesystem::path& folder);

}  // namespace sciwright::campaign
