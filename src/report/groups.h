#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "campaign/metric.h"
#include "report/run_set.h"
#include "stats/bootstrap.h"
#include "stats/quantile.h"
#include "stats/summary.h"

namespace sciwright::report {

/// What is to be put together.
struct GroupRequest {
  std::vector<std::string> metrics = {};  ///< Paths; the first is the one that ranks.
  /// Parameters or words of runs and rows ("team", "system", "parameter") that tell groups apart.
  /// Empty: the parameters of the set and the study.
  std::vector<std::string> keys = {};
  campaign::RowChoice row = {};    ///< Rows of scores to take; else the first, or all of them where
                                   ///< a key is a word of rows.
  campaign::RowChoice where = {};  ///< What runs must be called: "system", "A100".
  bool each = false;               ///< Every run by itself.
};

/// A number of one run.
struct Observation {
  std::size_t run = 0;  ///< Place in the set.
  std::size_t row = 0;  ///< Place among its rows.
  double value = 0;
};

/// The numbers of a group at one path.
struct Sample {
  std::vector<Observation> members = {};
  stats::Summary summary = {};  ///< Of at least one member.
  stats::Quartiles quartiles = {};
  std::optional<stats::Interval> interval = {};  ///< Of the mean, 95 %.
  std::vector<std::size_t> outliers = {};        ///< Places among the members.

  std::vector<double> values() const;
};

/// Runs that are alike in all keys.
struct Group {
  std::vector<std::string> labels = {};  ///< One for each key; empty where a run has none.
  std::vector<Sample> samples = {};  ///< One for each metric; without members where it has none.
};

/// All groups.
struct Groups {
  std::vector<std::string> keys = {};  ///< Those asked for, and those that always tell apart.
  std::vector<std::string> metrics = {};
  std::vector<Group> groups = {};         ///< In the order of the runs.
  std::size_t num_valid = 0;              ///< Runs that were asked about.
  std::vector<std::size_t> invalid = {};  ///< Runs that were left out for it.
  std::vector<std::string> notes = {};    ///< What to know of the grouping.
};

/// Leaves out the runs that are not called so, for tables and pictures that know no groups.
void keep_only(RunSet& set, const campaign::RowChoice& where);

/// Puts the valid runs together. Benchmarks, models and published tables are never pooled, and for
/// numbers that depend on the machine neither are systems. Throws a usage error for a metric that
/// no run has, with the nearest that one has, and for a key that none has.
Groups group_runs(const RunSet& set, const GroupRequest& request);

/// A path of one row: of the row itself, else of its run.
std::optional<double> value_of(const Run& run, std::size_t row, Name path);

/// Adds the intervals of the means of a metric's samples: by bootstrap (BCa, 10,000 resamples) for
/// up to 200 values, as long as that is a matter of moments; Student's for the others, which
/// `notes` tells.
void add_intervals(Groups& groups, std::size_t metric);

}  // namespace sciwright::report
