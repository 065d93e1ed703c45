#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/run_set.h"

namespace sciwright::report {

/// An index that saves reading the same runs again; docs/reports.md.
struct IndexUse {
  std::function<void(const std::string&)> say = {};  ///< Why it is not used, or made anew.
  std::int64_t now_ns = 0;                           ///< UTC.
};

/// What to read of each run beside its result.
struct LoadOptions {
  /// Configurations of runs that belong to no study are read of so many runs at most: a study's
  /// manifest tells the parameters at once, a configuration takes a millisecond.
  std::size_t most_configurations = 5000;
  /// history.csv is read where there are no more runs than this.
  std::size_t most_histories = 5000;
  int num_threads = 0;  ///< 0: as many as the machine has.
  std::optional<IndexUse> index = {};
};

/// Finds and reads all runs at and below the paths: run folders (result.json), studies (by their
/// manifest; nothing else in their folders is looked at), and files: logs with MLCommons records or
/// `# csv` lines, power traces, published tables (docs/reports.md). Files that are none of these
/// are passed over, but one that was named is a problem. Links and hidden folders are not followed.
/// Runs are in the order of their names, whatever the threads do. Throws a usage error for paths
/// that do not exist.
RunSet load(const std::vector<std::filesystem::path>& paths, const LoadOptions& options = {});

}  // namespace sciwright::report
