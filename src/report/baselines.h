#pragma once

#include <string>
#include <vector>

#include "report/leaderboard.h"

namespace sciwright::report {

/// The baselines of every group in the first metric, means over its runs, best first: what stands
/// below "baselines.<name>" of a row, and what was published for records.
std::vector<std::vector<BaselineScore>> baselines_of(
    const RunSet& set, const Groups& groups, const std::optional<campaign::Direction>& direction);

/// The same score on other parts of the data: "average.train" for "average.val"; "train_accuracy"
/// and "validation_accuracy" for "accuracy". Only those that some run of the groups has.
std::vector<std::string> other_parts(const RunSet& set, const std::string& metric);

}  // namespace sciwright::report
