#pragma once

#include "report/leaderboard.h"
#include "report/table.h"

namespace sciwright::report {

/// What was found: how many runs of which kind, invalid and unfinished ones, problems and findings.
/// Names twenty of each at most.
std::vector<std::string> overview_notes(const RunSet& set);

/// A group's place: "=1" where others may be as good as the best, "2?" where nobody can say.
std::string rank_text(const Leaderboard& board, std::size_t group);

/// The groups, their numbers and how they stand to the best: a row each.
Table leaderboard_table(const Leaderboard& board);

/// Every value of the ranking metric, a row each, best first: the papers' top 20.
Table values_table(const RunSet& set, const Leaderboard& board);

/// How long fits went on after their best epoch, a row for each run with a history; without rows
/// when there is none.
Table overfitting_table(const RunSet& set, const Groups& groups, std::size_t patience);

/// The runs of a group on parts of the data: means of the metric on training, validation and test;
/// without rows when there is one part only.
Table parts_table(const RunSet& set, const Leaderboard& board, const GroupRequest& request);

}  // namespace sciwright::report
