#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/leaderboard.h"
#include "submission/reference_points.h"
#include "submission/score_rule.h"
#include "submission/tree_check.h"

namespace sciwright::submission {

/// Numbers of a submission that are averaged over its runs beside the score.
inline constexpr const char* kTotalTime = "times_s.Total";
inline constexpr const char* kJoules = "energy.joules";
inline constexpr const char* kCoverage = "energy.coverage_fraction";

/// The label of a run that says where its energy comes from: "measured", "estimated", ….
inline constexpr const char* kEnergyOrigin = "energy_origin";

/// The ranked submissions of one benchmark.
struct Standings {
  std::string application;
  ScoreRule rule;
  std::string metric;  ///< Where the score stands in results.
  report::RunSet set;  ///< Runs of the ranked submissions; the row of the score is the first.
  report::Leaderboard board;
  /// Places in the board's metrics of the numbers that some run has: kTotalTime, kJoules,
  /// kCoverage.
  std::map<std::string, std::size_t> metrics;
  std::vector<std::size_t> ranked;    ///< Submission of each group of the board.
  std::vector<std::size_t> unranked;  ///< Submissions that do not pass, or have no score.

  /// A group's number; null where no run of it has any.
  const report::Sample* sample(std::size_t group, const char* path) const;
};

/// The benchmarks that a tree holds submissions of, with their submissions ranked by the score of
/// the record `result`, as `sciwright report` ranks groups: repeats averaged, ties told by Welch's
/// test. Runs are read from the evidence of packed submissions, else from the logs.
std::vector<Standings> rank_submissions(const SubmissionTree& tree);

/// What the reference points of its benchmark say of a submission; nothing without such a file.
std::optional<ConvergenceVerdict> convergence_of(const CheckedSubmission& submission,
                                                 const std::vector<Reference>& references);

}  // namespace sciwright::submission
