#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflow/definition.h"

namespace sciwright::workflow {

/// Who comes before and after whom.
struct Graph {
  std::vector<std::vector<std::size_t>> parents = {};  ///< By node, in the order of the edges.
  std::vector<std::vector<std::size_t>> children = {};
};

Graph make_graph(std::size_t num_nodes,
                 const std::vector<std::pair<std::size_t, std::size_t>>& edges);

/// Every node after its parents, else in the order of the file (Kahn). Isolated ones are there too.
/// Shorter than the graph where there is a cycle.
std::vector<std::size_t> topological_order(const Graph& graph);

/// A cycle, its first node again at the end; nothing where there is none.
std::optional<std::vector<std::size_t>> find_cycle(const Graph& graph);

}  // namespace sciwright::workflow
