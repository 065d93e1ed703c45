#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plot/figure.h"
#include "report/leaderboard.h"

namespace sciwright::report {

/// A picture and the name of its file.
struct NamedFigure {
  std::string name;
  plot::Figure figure;
};

/// "runtime", "totals", "losses", "accuracies", "times", "per_epoch", "top", "sorted", "pareto",
/// "energy".
std::vector<std::string> figure_names();

/// Pictures of the runs by these names, or the papers' ("figure6" … "figure11"); several where one
/// name stands for several (a power trace each, up to 20). What the runs do not tell gives no
/// picture. Throws a usage error for unknown names. `board` may be null: then those that need a
/// ranking are left out.
std::vector<NamedFigure> make_figures(const RunSet& set, const Leaderboard* board,
                                      const std::vector<std::string>& names);

/// Loss (or accuracy) of training and validation over the epochs: a line for each of up to six
/// runs, else mean and range over all. Where the means cross is marked.
plot::Figure curves_figure(const RunSet& set, const std::string& quantity);

/// Seconds of the phases by system, bars side by side.
plot::Figure runtime_figure(const RunSet& set);

/// Mean seconds of whole runs, training and inference by system and number of epochs, with the
/// range over runs, the slowest first.
plot::Figure totals_figure(const RunSet& set);

/// Mean seconds of training per epoch over the number of epochs that runs have, by system.
plot::Figure per_epoch_figure(const RunSet& set);

/// Seconds per epoch over the epochs, by system: the first one's extra shows.
plot::Figure epoch_times_figure(const RunSet& set);

/// How often the best `num_best` values of a ranking come from each value of its first key.
plot::Figure top_figure(const Leaderboard& board, std::size_t num_best);

/// Groups from the best to the worst: mean, 95 % interval and range, with the best baseline. Many
/// groups of several keys stand in a panel for each value of the first key, where these are few.
plot::Figure sorted_figure(const Leaderboard& board);

/// The first two metrics of groups, those on the front joined.
plot::Figure pareto_figure(const Leaderboard& board);

}  // namespace sciwright::report
