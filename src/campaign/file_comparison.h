#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "campaign/experiment_files.h"

namespace sciwright::campaign {

/// How two files compare.
enum class FileRelation {
  kEqual,
  kFirstIsBeginning,   ///< The second is the first, and more behind it.
  kSecondIsBeginning,  ///< The first is the second, and more behind it.
  kDifferent,
};

/// Compares contents. Files of the same size and the same time of change to the nanosecond are
/// taken to be equal (copies keep it), unless that time is a whole second, as on file systems that
/// know no better.
FileRelation compare_files(const std::filesystem::path& first, const std::filesystem::path& second);

/// What the files of an experiment in two places have to do with each other.
struct ExperimentComparison {
  /// The two went different ways: putting them together would mix two runs, or lose something.
  bool is_different = false;
  std::string difference = {};            ///< "job.out differs", when they are different.
  std::vector<std::string> missing = {};  ///< Keys the target lacks.
  std::vector<std::string> longer = {};   ///< Keys whose target is a beginning of the source.
  bool replaces_run = false;  ///< The target's run is an unfinished earlier state of the source's.

  bool has_news() const { return !missing.empty() || !longer.empty() || replaces_run; }
};

/// Compares, looking from the target. Keys in `ignored` are not looked at where both have them.
ExperimentComparison compare_experiments(const ExperimentFiles& source,
                                         const ExperimentFiles& target,
                                         const std::set<std::string>& ignored = {});

}  // namespace sciwright::campaign
