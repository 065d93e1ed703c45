#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coordinator/snapshot.h"

namespace sciwright::coordinator {

/// Why a node is where it is, and the command that helps.
struct Explanation {
  std::string node = {};
  std::string status = {};
  std::string why = {};   ///< A sentence or more.
  std::string fix = {};   ///< A command line, or empty.
  std::string tail = {};  ///< Of what a failed one wrote to stderr; may be empty.
};

/// Asks a node's scheduler or host where that is needed, and only then. `which`: how a person names
/// the workflow in a command.
Explanation explain(const Snapshot& snapshot, std::size_t node, const std::string& which,
                    const Clock& clock);

/// Labels of all nodes, for drawings.
std::vector<std::string> labels_of(const Snapshot& snapshot, const Clock& clock);

}  // namespace sciwright::coordinator
