#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "campaign/metric.h"
#include "campaign/outcomes.h"
#include "stats/summary.h"

namespace sciwright::campaign {

/// What to make of the results of a study.
struct ResultsRequest {
  std::string where = {};  ///< A condition on parameters and results; empty: all.
  /// Dotted paths; empty: the benchmark's main score, the time of the training, and joules where
  /// they were measured.
  std::vector<std::string> metrics = {};
  RowChoice row = {};
  std::vector<KnownMetrics> known = {};
  std::optional<Direction> direction = {};  ///< Instead of the known one.
  std::size_t best = 0;                     ///< Keep this many places of a ranking; 0: all groups.
  bool each = false;                        ///< Repeats are not put together.
};

/// Where the random numbers of repeats came from.
enum class Seeds {
  kSame,   ///< One seed: the deviation is what runs of the same differ by.
  kOwn,    ///< A seed for each.
  kMixed,  ///< Some share one.
};

/// A metric over the repeats of one combination of parameters.
struct ResultGroup {
  std::string metric;
  Json parameters;  ///< Without `repeat` and `seed`.
  std::string benchmark;
  std::string model;   ///< May be empty.
  std::string system;  ///< Where the metric depends on it; else empty: all systems together.
  std::vector<std::string> experiments = {};  ///< Names, in the order of the study.
  std::vector<double> values = {};            ///< Of these.
  stats::Summary summary = {};
  std::optional<Seeds> seeds = {};  ///< Nothing for a single run.
  std::size_t rank = 0;             ///< From 1, equal means have equal ranks; 0: not ranked.
};

/// A metric of the table.
struct ShownMetric {
  std::string path;
  std::optional<Direction> direction;
  bool per_system = false;
};

/// An experiment that is not among the groups, and why.
struct LeftOut {
  std::string experiment;
  std::vector<std::string> reasons = {};
};

/// The results of a study.
struct Results {
  std::vector<std::string> parameters;  ///< Names, without `repeat` and `seed` unless `each`.
  std::vector<ShownMetric> metrics;
  std::vector<ResultGroup> groups;  ///< By metric; then by rank, or in the order of the study.
  std::size_t num_experiments = 0;  ///< That the condition asks about.
  std::size_t num_valid = 0;
  std::vector<LeftOut> invalid;
  std::vector<LeftOut> unreadable;
  std::vector<LeftOut> lacking;         ///< Valid, but without a number that was asked for.
  std::vector<std::string> missing;     ///< Without a result yet.
  std::vector<std::string> duplicates;  ///< With a result in several folders; the first counts.
};

/// Puts the results of a study together. Repeats are experiments whose parameters differ in
/// nothing but `repeat` and `seed`. Runs on different kinds of machine are pooled, but never for
/// times and energy. Throws a usage error for a metric or name that no valid result has, and for a
/// ranking by several metrics or by one whose direction is not known.
Results summarize_results(const Collection& collection, const ResultsRequest& request);

/// The names of the experiments that meet the condition, in the order of the study; without a
/// condition on results also those that have none.
std::vector<std::string> select_experiments(const Collection& collection,
                                            const ResultsRequest& request);

/// Counts an experiment, and names it among those left out unless its result is valid. Returns
/// whether it is.
bool count_outcome(const std::string& name, const Outcome& outcome, Results& results);

/// "same", "own", "mixed".
std::string_view seeds_name(Seeds seeds);

}  // namespace sciwright::campaign
