#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/leaderboard.h"
#include "report/table.h"

namespace sciwright::report {

/// What is to be compared.
struct ComparisonRequest {
  GroupRequest groups = {};  ///< Its `where` holds for both sides.
  Directions directions = {};
  campaign::RowChoice where_a = {};  ///< What runs of a side must be called besides.
  campaign::RowChoice where_b = {};
  /// B may be worse than A by this share of A's mean; nothing: no gate.
  std::optional<double> tolerance_fraction = {};
};

/// How B differs from A.
enum class Verdict {
  kBetter,
  kWorse,
  kNotShown,  ///< The difference may be chance (5 %, after Holm).
  kUntested,  ///< A side has a single run: nobody can say.
};

/// One metric of one group on both sides.
struct ComparisonRow {
  std::string metric;
  std::vector<std::string> labels;  ///< What both sides share, one for each key.
  std::optional<campaign::Direction> direction = {};
  stats::Summary a = {};
  stats::Summary b = {};
  std::optional<double> change_fraction = {};  ///< (B − A) / |A| of the means.
  std::optional<double> statistic = {};        ///< Of Welch's test.
  std::optional<double> p_value = {};
  std::optional<double> holm_p_value = {};
  std::optional<double> rank_p_value = {};     ///< Of Mann and Whitney's test.
  std::optional<double> effect = {};           ///< Hedges' g of B − A.
  std::optional<double> chance_b_better = {};  ///< P(a run of B is better than one of A).
  Verdict verdict = Verdict::kUntested;
  bool fails = false;  ///< Worse by more than the tolerance, and not by chance where that is known.
};

/// The whole comparison.
struct Comparison {
  std::vector<std::string> keys;
  std::vector<ComparisonRow> rows;
  std::vector<std::string> warnings;  ///< Order effects, groups of one side only.
  bool has_gate = false;
  bool fails() const;
};

/// Compares the groups that both sets have. Without metrics: main scores, the time of the training
/// and joules, as a report. B fails where it is worse than A by more than the tolerance and the
/// difference is significant, or cannot be tested. Throws a usage error when there is nothing to
/// compare, or a gate asks for a metric of which nobody knows which way it gets better.
Comparison compare(const RunSet& a, const RunSet& b, const ComparisonRequest& request);

/// The comparison as tables.
Document comparison_document(const Comparison& comparison, const std::string& name_a,
                             const std::string& name_b);

/// As JUnit's XML: a test case for each row, a failure where the gate fails.
std::string comparison_junit(const Comparison& comparison);

}  // namespace sciwright::report
