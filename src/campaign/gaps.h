#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "campaign/experiment_files.h"
#include "experiment/manifest.h"

namespace sciwright::campaign {

/// How far an experiment came, by its files: higher counts for more.
enum class Achievement {
  kNothing,
  kResult,       ///< A result that is invalid or unreadable, or a job that succeeded without one.
  kValidResult,  ///< A valid result.
};

Achievement achievement_of(const ExperimentFiles& files);

/// The number of the newest attempt with a record, 0 without one; there may be gaps before it.
int newest_attempt(const ExperimentFiles& files);

/// Names of the experiments that are there and have achieved nothing, and how many of these each
/// sharer still owes, in the order of `shares.json`; empty without one.
struct Gaps {
  std::vector<std::string> experiments;
  std::vector<std::pair<std::string, std::size_t>> owed;
};

/// Looks at every experiment of a study.
Gaps find_gaps(const std::filesystem::path& study, const experiment::Manifest& manifest);

}  // namespace sciwright::campaign
