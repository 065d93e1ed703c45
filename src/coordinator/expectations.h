#pragma once

#include "base/error.h"
#include "workflow/definition.h"
#include "workflow/graph.h"

namespace sciwright::coordinator {

/// What will not go well, as far as it can be seen before anything runs: inputs that are not there
/// and that no node makes, schedulers that are not installed here. A sentence each, with its place.
Problems bad_signs(const workflow::Definition& definition);

/// The same for hosts whose names cannot be resolved. Asks the network, once for each host.
Problems unknown_hosts(const workflow::Definition& definition);

}  // namespace sciwright::coordinator
