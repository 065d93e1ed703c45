#pragma once

#include "report/leaderboard.h"
#include "report/table.h"

namespace sciwright::report {

/// What a report is to tell.
struct ReportRequest {
  /// Metrics, keys and conditions. Without metrics: for each benchmark its main score, then the
  /// time of the training and joules where some run has them, a leaderboard each.
  GroupRequest groups = {};
  Directions directions = {};
  std::size_t most_rows = 50;  ///< That people see of a leaderboard.
  std::size_t patience = 10;   ///< Epochs of early stopping, for what it would have saved.
};

/// The metrics that are looked at when nobody asked for any: main scores of the benchmarks, the
/// time of the training, joules.
std::vector<std::string> main_metrics(const RunSet& set, const ReportRequest& request);

/// The leaderboards that a request asks for.
std::vector<Leaderboard> make_leaderboards(const RunSet& set, const ReportRequest& request);

/// For each benchmark of which nobody asked for metrics: its main score against the time of the
/// training and joules, those that some run has; boards of one metric are left out.
std::vector<Leaderboard> make_trade_offs(const RunSet& set, const ReportRequest& request);

/// Leaderboards with baselines, scores on other parts of the data, single values, over-fitting, and
/// what was found and left out.
Document make_report(const RunSet& set, const ReportRequest& request);
/// The same from the leaderboards of this request.
Document make_report(const RunSet& set, const ReportRequest& request,
                     const std::vector<Leaderboard>& boards);

/// Runs as JSON with schema_version, for pages that show them: texts once in `names`, everything
/// else by their numbers. Of the numbers of runs only those at `paths` (empty: all).
Json run_set_json(const RunSet& set, const std::vector<std::string>& paths = {});

}  // namespace sciwright::report
