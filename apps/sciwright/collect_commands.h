#pragma once

#include "campaign/metric.h"
#include "sciwright/command.h"

namespace sciwright {

// Each adds a verb of `sciwright experiment`.
void add_results_command(CLI::App& parent, Programs& programs);
void add_share_command(CLI::App& parent, Programs& programs);
void add_merge_command(CLI::App& parent, Programs& programs);
void add_tune_command(CLI::App& parent, Programs& programs);

/// The scores that benchmarks name, as results and tune ask for them.
std::vector<campaign::KnownMetrics> known_metrics(const Programs& programs);

}  // namespace sciwright
