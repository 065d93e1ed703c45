#include "workflow/graph.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace sciwright::workflow {
namespace {

enum class Mark : char { kNew, kOnPath, kDone };

/// Walks down from `start` without recursion; leaves the path in `path` when it closes a cycle.
bool closes_a_cycle(const Graph& graph, std::size_t start, std::vector<Mark>& marks,
                    std::vector<std::size_t>& path) {
  std::vector<std::size_t> next_child;
  const auto enter = [&](std::size_t node) {
    marks[node] = Mark::kOnPath;
    path.push_back(node);
    next_child.push_back(0);
  };
  enter(start);
  while (!path.empty()) {
    const auto& children = graph.children[path.back()];
    if (next_child.back() == children.size()) {
      marks[path.back()] = Mark::kDone;
      path.pop_back();
      next_child.pop_back();
      continue;
    }
    const std::size_t child = children[next_child.back()++];
    if (marks[child] == Mark::kOnPath) {
      path.push_back(child);
      return true;
    }
    if (marks[child] == Mark::kNew) enter(child);
  }
  return false;
}

}  // namespace

Graph make_graph(std::size_t num_nodes,
                 const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  Graph graph;
  graph.parents.resize(num_nodes);
  graph.children.resize(num_nodes);
  for (const auto& [source, destination] : edges) {
    graph.children[source].push_back(destination);
    graph.parents[destination].push_back(source);
  }
  return graph;
}

std::vector<std::size_t> topological_order(const Graph& graph) {
  std::vector<std::size_t> num_open(graph.parents.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free;
  for (std::size_t node = 0; node < num_open.size(); ++node) {
    num_open[node] = graph.parents[node].size();
    if (num_open[node] == 0) free.push(node);
  }
  std::vector<std::size_t> order;
  order.reserve(num_open.size());
  while (!free.empty()) {
    const std::size_t node = free.top();
    free.pop();
    order.push_back(node);
    for (const std::size_t child : graph.children[node]) {
      if (--num_open[child] == 0) free.push(child);
    }
  }
  return order;
}

std::optional<std::vector<std::size_t>> find_cycle(const Graph& graph) {
  std::vector<Mark> marks(graph.children.size(), Mark::kNew);
  std::vector<std::size_t> path;
  for (std::size_t node = 0; node < marks.size(); ++node) {
    if (marks[node] != Mark::kNew || !closes_a_cycle(graph, node, marks, path)) continue;
    path.erase(path.begin(), std::find(path.begin(), path.end(), path.back()));
    return path;
  }
  return std::nullopt;
}

}  // namespace sciwright::workflow
