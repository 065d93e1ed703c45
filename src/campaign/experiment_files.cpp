#include "campaign/experiment_files.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigKey = "config.yaml";
constexpr std::string_view kRun = "run/";

/// "slurm_NAME.sh" → "slurm.sh".
std::string without_name(const std::string& file, const std::string& experiment) {
  const fs::path path(file);
  std::string stem = path.stem().string();
  const std::string end = "_" + experiment;
  if (stem.ends_with(end)) stem.resize(stem.size() - end.size());
  return stem + path.extension().string();
}

void add_with_prefix(const fs::path& folder, const std::string& prefix,
                     std::vector<std::string>& keys) {
  for (const std::string& path : files_below(folder)) keys.push_back(prefix + path);
}

}  // namespace

ExperimentFiles::ExperimentFiles(fs::path study, const experiment::ManifestEntry& entry) {
  if (entry.directory != ".") {
    own_folder_ = study / entry.directory;
    script_key_ = entry.script;
    return;
  }
  study_ = std::move(study);
  name_ = entry.name;
  config_ = entry.config;
  script_ = entry.script;
  script_key_ = without_name(script_, name_);
}

ExperimentFiles::ExperimentFiles(fs::path folder) : own_folder_(std::move(folder)) {}

fs::path ExperimentFiles::place(const std::string& key) const {
  if (!own_folder_.empty()) return own_folder_ / key;
  if (key == kConfigKey) return study_ / config_;
  if (!script_.empty() && key == script_key_) return study_ / script_;
  if (key == "run" || is_of_run(key)) return study_ / ("run_" + name_ + key.substr(3));
  return study_ / "jobs" / name_ / key;
}

std::vector<std::string> ExperimentFiles::keys() const {
  if (!own_folder_.empty()) return files_below(own_folder_);
  std::vector<std::string> keys;
  if (fs::exists(study_ / config_)) keys.emplace_back(kConfigKey);
  if (!script_.empty() && fs::exists(study_ / script_)) keys.push_back(script_key_);
  add_with_prefix(place("run"), "run/", keys);
  add_with_prefix(study_ / "jobs" / name_, "", keys);
  std::sort(keys.begin(), keys.end());
  return keys;
}

bool is_of_run(std::string_view key) { return key.starts_with(kRun); }

bool is_of_job(std::string_view key) {
  return is_of_run(key) || (key.starts_with("job.") && key.ends_with(".jsonl")) ||
         key == "job.out" || key == "job.err";
}

bool is_passing(std::string_view file_name) {
  if (!file_name.starts_with('.')) return file_name == "run.lock";
  return file_name.ends_with(".tmp") || file_name.find(".lock.") != std::string_view::npos;
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  if (!fs::exists(folder)) return paths;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const bool is_file = at->is_symlink() || at->is_regular_file();
    if (!is_file || is_passing(at->path().filename().native())) continue;
    paths.push_back(at->path().lexically_relative(folder).native());
  }
  if (error) {
    throw usage_error(
        fmt::format("{}: cannot read this folder: {}", folder.string(), error.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace sciwright::campaign
