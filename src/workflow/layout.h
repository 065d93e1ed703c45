#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "workflow/graph.h"

namespace sciwright::workflow {

/// Where a node is drawn, in px, its middle.
struct Placed {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// A layered drawing (Sugiyama): layers by longest path, crossings made few by medians (Gansner et
/// al. 1993), long edges by way points. Deterministic; 10,000 nodes in below a second.
struct Layout {
  double width = 0;
  double height = 0;
  std::vector<Placed> nodes = {};
  std::vector<std::vector<std::pair<double, double>>> edges = {};  ///< Way points, by edge.
};

/// `labels` give the boxes' sizes (lines by characters), and `shapes`, by node or none, how much
/// room a label needs in its box: a diamond's is larger than a rectangle's. From the top down.
Layout lay_out(const Graph& graph, const std::vector<std::pair<std::size_t, std::size_t>>& edges,
               const std::vector<std::string>& labels, const std::vector<std::string>& shapes = {});

}  // namespace sciwright::workflow
