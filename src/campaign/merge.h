#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace sciwright::campaign {

/// A copy of a study that was merged.
struct MergedCopy {
  std::string label;  ///< Its name below `conflicts/`.
  std::filesystem::path folder;
  std::size_t num_experiments = 0;  ///< In its manifest, and there.
  std::size_t num_new = 0;          ///< That the study did not know.
  std::size_t num_brought = 0;      ///< Of which files were brought.
};

/// Files that were not mixed into the study and are kept below `conflicts/`.
struct KeptAside {
  enum class Kind {
    kEqualResult,    ///< Run twice, with equal scores. No conflict.
    kUnfinished,     ///< Run twice, and only one has a result (or a valid one). No conflict.
    kOwnPaths,       ///< Configuration and script with the user's own paths. No conflict.
    kOtherResult,    ///< Run twice, with different scores.
    kFiles,          ///< Files differ.
    kConfiguration,  ///< Equal parameters, but another study.
  };
  Kind kind = Kind::kFiles;
  std::string experiment;  ///< Empty for a file of no experiment.
  std::string label;       ///< Of the copy.
  std::string reason;      ///< A phrase: "run/result.json differs".
  std::string place;       ///< Where the files are that do not count, relative to the study.
};

/// What a merge did and what the study lacks.
struct MergeReport {
  std::vector<MergedCopy> copies;
  std::vector<KeptAside> kept_aside;
  std::vector<std::string> renamed;  ///< "epoch_1 of bob is epoch_1-0a1b2c…": the name was taken.
  std::size_t num_experiments = 0;   ///< Of the study, after the merge.
  std::vector<std::string> gaps;     ///< Experiments without a result.
  std::vector<std::pair<std::string, std::size_t>> owed;  ///< By sharer: how many of these.

  std::size_t num_conflicts() const;
};

/// Whether files kept aside are a conflict that somebody should look at.
bool is_conflict(KeptAside::Kind kind);

/// "equal_result", "unfinished", "own_paths", "other_result", "files", "configuration".
std::string kind_name(KeptAside::Kind kind);

/// Joins copies of a study, each with the results of one share, into the study's folder `into`,
/// which may be new. Experiments with equal ids are the same, and those with equal parameters of
/// the same study, whose ids differ where a path has the user's name in it. Experiments the study
/// lacks are added to its manifest. Of every experiment, what the study lacks is brought; two runs
/// are never mixed: the one with a valid result counts, else the one that was there. Files of no
/// experiment are brought, too, but not what the copy's own jobs are followed with (jobs.jsonl,
/// submit.log, scheduler/, locks). Copies are never changed. Killed at any moment and done again,
/// it comes to the same. Throws a usage error for a copy without a manifest, the same folder as
/// `into`, or one that has nothing in common with the study unless `takes_others`, before anything
/// is done.
MergeReport merge(const std::vector<std::filesystem::path>& copies,
                  const std::filesystem::path& into, const Clock& clock, bool takes_others = false);

}  // namespace sciwright::campaign
