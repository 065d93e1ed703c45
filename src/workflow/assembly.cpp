#include "workflow/assembly.h"

#include <algorithm>
#include <pwd.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "workflow/pipeline_call.h"

namespace sciwright::workflow {
namespace {

constexpr std::size_t kMostNamesShown = 20;
constexpr std::size_t kMostWarnings = 100;

/// "a -> b -> a"
std::string path_text(const std::vector<std::size_t>& path, const std::vector<Node>& nodes) {
  std::string text = nodes[path.front()].name;
  for (std::size_t i = 1; i < path.size(); ++i) {
    const bool is_left_out = i >= kMostNamesShown && i + 1 < path.size();
    if (i == kMostNamesShown && is_left_out) {
      text += fmt::format(" -> … ({} more)", path.size() - 1 - kMostNamesShown);
    }
    if (!is_left_out) text += " -> " + nodes[path[i]].name;
  }
  return text;
}

/// Whether `wanted` comes before `node`, at any distance.
bool is_ancestor(const Graph& graph, std::size_t wanted, std::size_t node) {
  std::vector<std::size_t> open = {node};
  std::unordered_set<std::size_t> seen;
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t parent : graph.parents[at]) {
      if (parent == wanted) return true;
      if (seen.insert(parent).second) open.push_back(parent);
    }
  }
  return false;
}

/// Of the user that this process runs as; empty where nobody knows.
std::string own_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? "" : entry->pw_name;
}

}  // namespace

std::size_t Assembly::add(Node node, const io::YamlNode& place) {
  const std::size_t index = definition_.nodes.size();
  const auto [found, is_new] = index_.emplace(node.name, index);
  if (!is_new || pipelines_.contains(node.name)) {
    problems_.add(place, fmt::format("there are two nodes of the name '{}'", node.name));
  }
  definition_.nodes.push_back(std::move(node));
  node_places_.push_back(&place);
  return index;
}

void Assembly::add_node(NodeDraft draft) {
  const Node& node = draft.node;
  const bool stays_here = node.kind == NodeKind::kLocal || node.kind == NodeKind::kWsl;
  if (stays_here && !node.host.empty()) {
    warnings_.add(*draft.source,
                  fmt::format("the node '{}' of kind {} runs on this machine, not on "
                              "'{}'; kind ssh would go there",
                              node.name, kind_name(node.kind), node.host));
  }
  const bool is_here = stays_here || node.host.empty();
  if (!node.user.empty() && is_here && runs_a_process(node) && node.user != own_name()) {
    warnings_.add(*draft.source,
                  fmt::format("the node '{}' runs on this machine as whoever runs the workflow, "
                              "not as '{}'",
                              node.name, node.user));
  }
  add(std::move(draft.node), *draft.source);
}

void Assembly::add_pipeline(const NodeDraft& call, Definition inner) {
  const io::YamlNode& place = *call.source;
  if (inner.nodes.empty()) problems_.add(place, fmt::format("{} has no nodes", call.pipeline));
  const Graph graph = make_graph(inner.nodes.size(), inner.edges);
  const std::size_t offset = definition_.nodes.size();
  Ends ends;
  for (std::size_t i = 0; i < inner.nodes.size(); ++i) {
    if (graph.parents[i].empty()) ends.first.push_back(offset + i);
    if (graph.children[i].empty()) ends.last.push_back(offset + i);
  }
  const auto edges = inner.edges;
  for (Node& node : adopted_nodes(std::move(inner), call, definition_.folder)) {
    if (!is_good_name(node.name)) {
      problems_.add(place, fmt::format("'{}' is too long for the name of a node, at most 100 "
                                       "letters",
                                       node.name));
    }
    add(std::move(node), place);
  }
  for (const auto& [source, destination] : edges) {
    add_edge(offset + source, offset + destination, place);
  }
  pipelines_[call.node.name] = std::move(ends);
}

Assembly::Ends Assembly::ends_of(const std::string& name, const io::YamlNode& place) {
  if (const auto found = pipelines_.find(name); found != pipelines_.end()) return found->second;
  auto found = index_.find(name);
  if (found != index_.end()) return {{found->second}, {found->second}};
  if (!is_good_name(name)) {
    problems_.add(place, fmt::format("'{}' is no name for a node; expected up to 100 letters, "
                                     "digits and ._-, no - at the beginning",
                                     name));
    return {};
  }
  if (++num_undefined_ <= kMostWarnings) {
    warnings_.add(place,
                  fmt::format("the node '{}' is only named here, it has no definition", name));
  } else if (num_undefined_ == kMostWarnings + 1) {
    warnings_.add(place, "and more nodes are only named here and below");
  }
  Node node;
  node.name = name;
  node.is_defined = false;
  const std::size_t index = add(std::move(node), place);
  return {{index}, {index}};
}

void Assembly::add_dependency(const Dependency& dependency) {
  const Ends source = ends_of(dependency.source, *dependency.place);
  if (dependency.destination.empty()) return;
  const Ends destination = ends_of(dependency.destination, *dependency.place);
  for (const std::size_t from : source.last) {
    for (const std::size_t to : destination.first) add_edge(from, to, *dependency.place);
  }
}

void Assembly::add_edge(std::size_t source, std::size_t destination, const io::YamlNode& place) {
  const std::uint64_t key = (static_cast<std::uint64_t>(source) << 32) | destination;
  if (!known_edges_.insert(key).second) return;
  definition_.edges.emplace_back(source, destination);
  edge_places_.push_back(&place);
}

void Assembly::check() {
  const Graph graph = make_graph(definition_.nodes.size(), definition_.edges);
  check_cycle(graph);
  for (std::size_t i = 0; i < definition_.nodes.size(); ++i) {
    check_condition(i, graph);
    check_choice(i, graph);
    warn_of_missing_script(i);
  }
}

void Assembly::check_cycle(const Graph& graph) {
  const auto cycle = find_cycle(graph);
  if (!cycle) return;
  const std::pair closing = {(*cycle)[cycle->size() - 2], cycle->back()};
  const auto edge = std::find(definition_.edges.begin(), definition_.edges.end(), closing);
  problems_.add(*edge_places_[static_cast<std::size_t>(edge - definition_.edges.begin())],
                fmt::format("the dependencies go round in a circle: {}",
                            path_text(*cycle, definition_.nodes)));
}

void Assembly::check_condition(std::size_t node, const Graph& graph) {
  const std::string& when = definition_.nodes[node].when;
  if (when.empty()) return;
  const io::YamlNode* key = node_places_[node]->find("when");
  const io::YamlNode& place = key == nullptr ? *node_places_[node] : *key;
  std::string problem;
  const auto condition = Condition::parse(when, index_, problem);
  if (!condition) return problems_.add(place, fmt::format("'when': {}", problem));
  for (const std::string& name : condition->nodes()) {
    if (is_ancestor(graph, index_.at(name), node)) continue;
    problems_.add(place, fmt::format("'when' speaks of '{}', but '{}' does not depend on it; add a "
                                     "dependency",
                                     name, definition_.nodes[node].name));
  }
}

void Assembly::check_choice(std::size_t node, const Graph& graph) {
  const NodeKind kind = definition_.nodes[node].kind;
  const bool joins =
      kind == NodeKind::kSelect || kind == NodeKind::kCompete || kind == NodeKind::kCooperate;
  if (!joins || !graph.parents[node].empty()) return;
  problems_.add(*node_places_[node],
                fmt::format("the node '{}' of kind {} depends on nothing, so it has nothing to {}",
                            definition_.nodes[node].name, kind_name(kind),
                            kind == NodeKind::kCooperate ? "join" : "choose from"));
}

void Assembly::warn_of_missing_script(std::size_t node) {
  const Node& it = definition_.nodes[node];
  if (it.script.empty() || !it.exec.empty() || it.starts_done) return;
  const auto [found, is_new] = scripts_.emplace(it.script, true);
  if (is_new) {
    std::error_code ignored;
    found->second = std::filesystem::exists(definition_.folder / it.script, ignored);
  }
  if (found->second) return;
  warnings_.add(*node_places_[node],
                fmt::format("the script '{}' of the node '{}' is not there", it.script, it.name));
}

}  // namespace sciwright::workflow
