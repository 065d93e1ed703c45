#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "workflow/graph.h"

namespace sciwright::workflow {

/// Something that has a place in a layer: a node, or a way point of an edge that passes through.
struct LayerItem {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t node = kNone;  ///< kNone for a way point.
  std::size_t layer = 0;
  std::vector<std::size_t> above = {};  ///< Items of the layer above that it is joined to.
  std::vector<std::size_t> below = {};
};

/// A graph as layers, every edge cut into pieces from one layer to the next.
struct Layers {
  std::vector<LayerItem> items = {};                 ///< The nodes first, by their index.
  std::vector<std::vector<std::size_t>> rows = {};   ///< Items of each layer, in order.
  std::vector<std::vector<std::size_t>> paths = {};  ///< By edge: source, way points, destination.
};

/// Layers by longest path; a node without parents stands just above its first child. Edges of
/// cycles are turned round. Edges that would need too many way points get none.
Layers make_layers(const Graph& graph,
                   const std::vector<std::pair<std::size_t, std::size_t>>& edges);

/// Orders the items of each layer so that few edges cross, by medians of neighbours in sweeps up
/// and down (Gansner et al. 1993, section 3); deterministic.
void reduce_crossings(Layers& layers);

/// How many pairs of edge pieces cross.
std::size_t count_crossings(const Layers& layers);

}  // namespace sciwright::workflow
