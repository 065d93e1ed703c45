#include "workflow/layers.h"

#include <algorithm>
#include <numeric>

namespace sciwright::workflow {
namespace {

constexpr std::size_t kMostWayPoints = 100'000;

/// Each node's place in an order with every parent before its children, as far as cycles allow.
std::vector<std::size_t> places_in_order(const Graph& graph) {
  std::vector<std::size_t> order = topological_order(graph);
  std::vector<bool> is_ordered(graph.parents.size());
  for (const std::size_t node : order) is_ordered[node] = true;
  for (std::size_t node = 0; node < is_ordered.size(); ++node) {
    if (!is_ordered[node]) order.push_back(node);
  }
  std::vector<std::size_t> places(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
  return places;
}

std::vector<std::size_t> layers_of(const Graph& forward, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> layer(order.size(), 0);
  for (const std::size_t node : order) {
    for (const std::size_t child : forward.children[node]) {
      layer[child] = std::max(layer[child], layer[node] + 1);
    }
  }
  for (const std::size_t node : order) {
    if (!forward.parents[node].empty() || forward.children[node].empty()) continue;
    std::size_t first = layer[forward.children[node].front()];
    for (const std::size_t child : forward.children[node]) first = std::min(first, layer[child]);
    layer[node] = first - 1;
  }
  return layer;
}

/// The longest edge that still gets way points, such that all of them are not too many.
std::size_t longest_with_way_points(std::vector<std::size_t> spans) {
  std::sort(spans.begin(), spans.end());
  std::size_t num_points = 0;
  std::size_t longest = 1;
  for (const std::size_t span : spans) {
    num_points += span > 0 ? span - 1 : 0;
    if (num_points > kMostWayPoints) break;
    longest = span;
  }
  return longest;
}

/// Items of the path from one node down to another, way points made where they are needed.
std::vector<std::size_t> path_down(Layers& layers, std::size_t from, std::size_t to) {
  std::vector<std::size_t> path = {from};
  for (std::size_t layer = layers.items[from].layer + 1; layer < layers.items[to].layer; ++layer) {
    path.push_back(layers.items.size());
    layers.items.push_back({.layer = layer});
  }
  path.push_back(to);
  for (std::size_t i = 1; i < path.size(); ++i) {
    layers.items[path[i - 1]].below.push_back(path[i]);
    layers.items[path[i]].above.push_back(path[i - 1]);
  }
  return path;
}

/// Counts, for values that come one after the other, how many larger ones came before.
class LargerBefore final {
 public:
  explicit LargerBefore(std::size_t num_values) : counts_(num_values + 1, 0) {}

  void add(std::size_t value) {
    ++total_;
    for (std::size_t i = value + 1; i < counts_.size(); i += i & (~i + 1)) ++counts_[i];
  }
  std::size_t count(std::size_t value) const {
    std::size_t up_to = 0;
    for (std::size_t i = value + 1; i > 0; i -= i & (~i + 1)) up_to += counts_[i];
    return total_ - up_to;
  }

 private:
  std::vector<std::size_t> counts_;
  std::size_t total_ = 0;
};

std::vector<std::size_t> positions_of(const Layers& layers) {
  std::vector<std::size_t> position(layers.items.size());
  for (const auto& row : layers.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) position[row[i]] = i;
  }
  return position;
}

/// The median place of an item's neighbours as Gansner et al. weigh it; negative without any.
double median_of(std::vector<std::size_t>& places) {
  if (places.empty()) return -1;
  std::sort(places.begin(), places.end());
  const std::size_t middle = places.size() / 2;
  const auto at = [&](std::size_t i) { return static_cast<double>(places[i]); };
  if (places.size() % 2 == 1) return at(middle);
  if (places.size() == 2) return (at(0) + at(1)) / 2;
  const double left = at(middle - 1) - at(0);
  const double right = at(places.size() - 1) - at(middle);
  if (left + right == 0) return at(middle);
  return (at(middle - 1) * right + at(middle) * left) / (left + right);
}

/// Orders one row by the medians of the rows above or below; items without neighbours stay where
/// they are, the others are put into the remaining places.
void order_row(Layers& layers, std::size_t row_index, bool by_above,
               std::vector<std::size_t>& position) {
  auto& row = layers.rows[row_index];
  std::vector<std::pair<double, std::size_t>> movable;
  std::vector<std::size_t> places;
  for (const std::size_t item : row) {
    places.clear();
    const LayerItem& it = layers.items[item];
    for (const std::size_t other : by_above ? it.above : it.below)
      places.push_back(position[other]);
    const double median = median_of(places);
    if (median >= 0) movable.emplace_back(median, item);
  }
  std::stable_sort(movable.begin(), movable.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  auto next = movable.begin();
  for (std::size_t& item : row) {
    const LayerItem& it = layers.items[item];
    if (!(by_above ? it.above : it.below).empty()) item = (next++)->second;
  }
  for (std::size_t i = 0; i < row.size(); ++i) position[row[i]] = i;
}

}  // namespace

Layers make_layers(const Graph& graph,
                   const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  const std::size_t num_nodes = graph.parents.size();
  const std::vector<std::size_t> place = places_in_order(graph);
  std::vector<std::size_t> order(num_nodes);
  for (std::size_t node = 0; node < num_nodes; ++node) order[place[node]] = node;
  std::vector<std::pair<std::size_t, std::size_t>> forward;
  for (const auto& [source, destination] : edges) {
    const bool is_forward = place[source] < place[destination];
    if (source == destination) continue;
    forward.emplace_back(is_forward ? source : destination, is_forward ? destination : source);
  }
  const std::vector<std::size_t> layer = layers_of(make_graph(num_nodes, forward), order);

  Layers layers;
  for (std::size_t node = 0; node < num_nodes; ++node) {
    layers.items.push_back({.node = node, .layer = layer[node]});
  }
  std::vector<std::size_t> spans;
  for (const auto& [from, to] : forward) spans.push_back(layer[to] - layer[from]);
  const std::size_t longest = longest_with_way_points(std::move(spans));
  for (const auto& [source, destination] : edges) {
    const bool is_forward = place[source] < place[destination];
    const std::size_t from = is_forward ? source : destination;
    const std::size_t to = is_forward ? destination : source;
    std::vector<std::size_t> path = {from, to};
    if (source != destination && layer[to] - layer[from] <= longest) {
      path = path_down(layers, from, to);
    }
    if (!is_forward) std::reverse(path.begin(), path.end());
    layers.paths.push_back(std::move(path));
  }
  for (std::size_t i = 0; i < layers.items.size(); ++i) {
    const std::size_t row = layers.items[i].layer;
    if (row >= layers.rows.size()) layers.rows.resize(row + 1);
    layers.rows[row].push_back(i);
  }
  return layers;
}

std::size_t count_crossings(const Layers& layers) {
  const std::vector<std::size_t> position = positions_of(layers);
  std::size_t crossings = 0;
  std::vector<std::size_t> ends;
  for (std::size_t row = 0; row + 1 < layers.rows.size(); ++row) {
    LargerBefore seen(layers.rows[row + 1].size());
    for (const std::size_t item : layers.rows[row]) {
      ends.clear();
      for (const std::size_t below : layers.items[item].below) ends.push_back(position[below]);
      for (const std::size_t end : ends) crossings += seen.count(end);
      for (const std::size_t end : ends) seen.add(end);
    }
  }
  return crossings;
}

void reduce_crossings(Layers& layers) {
  constexpr int kSweeps = 24;
  constexpr int kPatience = 4;  // sweeps without a better order
  std::vector<std::size_t> position = positions_of(layers);
  auto best = layers.rows;
  std::size_t fewest = count_crossings(layers);
  int num_idle = 0;
  for (int sweep = 0; sweep < kSweeps && fewest > 0 && num_idle < kPatience; ++sweep) {
    if (sweep % 2 == 0) {
      for (std::size_t row = 1; row < layers.rows.size(); ++row) {
        order_row(layers, row, true, position);
      }
    } else {
      for (std::size_t row = layers.rows.size() - 1; row-- > 0;) {
        order_row(layers, row, false, position);
      }
    }
    const std::size_t crossings = count_crossings(layers);
    ++num_idle;
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = layers.rows;
    num_idle = 0;
  }
  layers.rows = std::move(best);
}

}  // namespace sciwright::workflow
