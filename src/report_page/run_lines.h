#pragma once

#include <cstddef>
#include <vector>

#include "report/leaderboard.h"
#include "report_page/columns.h"

namespace sciwright::report_page {

/// A line of the page's table of runs: a run, or one row of its scores.
struct RunLine {
  std::size_t run = 0;
  std::size_t row = 0;

  bool operator==(const RunLine&) const = default;
  auto operator<=>(const RunLine&) const = default;
};

/// What leaderboards rank, by run, and all other runs (invalid ones too) with their first row.
std::vector<RunLine> lines_of(const report::RunSet& set,
                              const std::vector<report::Leaderboard>& boards);

/// The lines as a table: columns with key, title, kind ("about", "setting", "score", "time",
/// "resource", "baseline", "detail") and the most important first. Of numbers so many columns that
/// 10^5 lines stay small; `left_out` names the others.
Json runs_json(const report::RunSet& set, const std::vector<report::Leaderboard>& boards,
               const std::vector<RunLine>& lines, Columns& columns);

}  // namespace sciwright::report_page
