#pragma once

#include "sciwright/command.h"

namespace sciwright {

// Each adds a verb of `sciwright experiment`.
void add_results_command(CLI::App& parent, Programs& programs);
void add_share_command(CLI::App& parent, Programs& programs);
void add_merge_command(CLI::App& parent, Programs& programs);

}  // namespace sciwright
