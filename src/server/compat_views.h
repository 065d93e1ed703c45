#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "coordinator/snapshot.h"

namespace sciwright::server {

using Json = nlohmann::json;

/// A workflow in the shapes of cloudmesh-cc: a node with the original's keys, all nodes by name,
/// edges by "source-destination", {"nodes", "dependencies"}, and a CSV table of several workflows.
Json node_json(const coordinator::Snapshot& snapshot, std::size_t node);
Json nodes_json(const coordinator::Snapshot& snapshot);
Json edges_json(const coordinator::Snapshot& snapshot);
Json graph_json(const coordinator::Snapshot& snapshot);
std::string csv_of(
    const std::vector<std::pair<std::string, const coordinator::Snapshot*>>& workflows);

}  // namespace sciwright::server
