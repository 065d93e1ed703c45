#pragma once

#include "sciwright/command.h"

namespace sciwright {

// Each adds one verb to `sciwright submission`.
void add_pack_command(CLI::App& submission, Programs& programs);
void add_rcp_command(CLI::App& submission, Programs& programs);
void add_site_command(CLI::App& submission, Programs& programs);

}  // namespace sciwright
