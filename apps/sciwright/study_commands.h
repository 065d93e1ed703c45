#pragma once

#include "sciwright/command.h"

namespace sciwright {

/// `generate` of `sciwright experiment`.
void add_generate_command(CLI::App& parent, Programs& programs);

/// `generate` and `generate submit` of `sciwright ee`, with the original's options.
void add_ee_generate_command(CLI::App& parent, Programs& programs);

}  // namespace sciwright
