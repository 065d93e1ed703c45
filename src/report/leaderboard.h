#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/groups.h"

namespace sciwright::report {

/// How a group stands to the best one.
struct Standing {
  std::size_t rank =
      0;  ///< 1 for the best and all that may be as good; else the place by the mean.
  bool is_best = false;
  /// Whether it differs from the best, by Welch's test at 5 % after Holm; nothing where one of both
  /// has a single run, so that nobody can say.
  std::optional<bool> differs = {};
  std::optional<double> p_value = {};       ///< Of Welch's test against the best, as it is.
  std::optional<double> holm_p_value = {};  ///< Corrected for testing all groups.
  std::optional<double> rank_p_value = {};  ///< Of Mann and Whitney's test, as it is.
  std::optional<double> effect = {};        ///< Hedges' g; positive: better than the best's mean.
  std::optional<double> chance_to_beat_best = {};  ///< P(a run of it beats one of the best).
  bool is_on_front = false;  ///< No other group is better in all metrics at once.
};

/// A score that needs no model (or a simple one), beside a group.
struct BaselineScore {
  std::string name;
  double value = 0;
};

/// Groups from the best on.
struct Leaderboard {
  Groups groups;  ///< Sorted by the mean of the first metric.
  std::vector<std::optional<campaign::Direction>> directions;  ///< Of the metrics.
  std::vector<Standing> standings;                             ///< Of the groups.
  std::vector<std::vector<BaselineScore>> baselines;           ///< Of the groups; best first.
  std::vector<std::string> warnings;
};

/// Which metrics are good when high, and whether the user said so.
struct Directions {
  std::vector<campaign::KnownMetrics> known = {};
  std::optional<campaign::Direction> first = {};  ///< Of the first metric, instead of the known.
};

/// Ranks the groups by the first metric. Throws a usage error when nobody knows which way it gets
/// better.
Leaderboard rank_groups(const RunSet& set, Groups groups, const Directions& directions);

/// How much better than average the best of several equal means looks by luck, in standard errors:
/// the expected highest of `num` standard normal values (Blom 1958). 0 for one.
double expected_luck(std::size_t num);

}  // namespace sciwright::report
