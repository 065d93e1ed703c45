#pragma once

#include <string>
#include <vector>

#include "report/run_set.h"
#include "report/table.h"

namespace sciwright::report {

/// What a run's machine is called: its system, else its card, else "unknown".
std::string system_of(const RunSet& set, const Run& run);

/// How many epochs a run has run; nothing where it does not tell.
std::optional<double> epochs_run_of(const RunSet& set, const Run& run);

/// The systems that runs were made on, with their processors, GPUs, file systems and numbers of
/// runs: Table 4 of the earthquake paper, Table 1 of the cloud-mask paper.
Table systems_table(const RunSet& set);

/// Seconds of each timer by system (means over runs) and number of epochs: Table 5 of the
/// earthquake paper. The share of all but the training is told below.
Table phases_table(const RunSet& set);

/// The best values of the earthquake benchmark over all runs and parameters, training and
/// validation beside each other as the paper has them: Table 6A (`score` "average") and 6B
/// ("summed"). Beside each stand how many of the target's fortnights are known inputs, and the
/// best forecast without a network. Without rows where no run has the score.
Table top_table(const RunSet& set, const std::string& score, std::size_t num_places);

}  // namespace sciwright::report
