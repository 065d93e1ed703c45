#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "record/run_lock.h"

namespace sciwright::record {

/// The files of a run folder.
struct RunPaths {
  explicit RunPaths(const std::filesystem::path& folder);

  std::filesystem::path folder;
  std::filesystem::path config;       ///< config.yaml, the resolved configuration.
  std::filesystem::path result;       ///< result.json
  std::filesystem::path history;      ///< history.csv, a row per epoch.
  std::filesystem::path mllog;        ///< mllog.log
  std::filesystem::path timers;       ///< timers.csv
  std::filesystem::path trace;        ///< trace.json, for Perfetto.
  std::filesystem::path energy;       ///< energy.csv
  std::filesystem::path host;         ///< host.json
  std::filesystem::path predictions;  ///< predictions.h5
  std::filesystem::path model;        ///< model/, checkpoints.
  std::filesystem::path plots;        ///< plots/
  std::filesystem::path lock;         ///< run.lock, there while a process writes.
};

/// A run folder that this process holds alone, until the object is gone.
class RunDir final {
 public:
  /// Makes a new folder (and model/ and plots/ in it). Throws a usage error when it holds anything:
  /// a run that could be resumed, or files of others.
  static RunDir create(const std::filesystem::path& folder, const Clock& clock);

  /// Opens the folder of a run that was interrupted. Throws a usage error when it is no run folder
  /// (it has no config.yaml).
  static RunDir resume(const std::filesystem::path& folder, const Clock& clock);

  const RunPaths& paths() const { return paths_; }
  bool is_resumed() const { return is_resumed_; }

  /// For a new run that could not begin: removes what was written, the folder too if it was made
  /// here, and lets go of it.
  void discard();

 private:
  RunDir(RunPaths paths, bool is_resumed, const Clock& clock);

  RunPaths paths_;
  bool is_resumed_;
  bool made_folder_;
  std::unique_ptr<RunLock> lock_;
};

}  // namespace sciwright::record
