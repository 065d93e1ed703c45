#pragma once

#include "experiment/configuration.h"
#include "workflow/label.h"

namespace sciwright::coordinator {

/// This process' environment.
experiment::Environment own_environment();

/// What labels may take from around a workflow: {os.X} of the environment, {cm.X} of cloudmesh's
/// variables (~/.cloudmesh/variables.dat, read when the first is asked for). A file of these that
/// cannot be read has none, since a label must not keep a workflow from being shown.
void add_surroundings(workflow::LabelContext& context,
                      const experiment::Environment& environment = own_environment());

}  // namespace sciwright::coordinator
