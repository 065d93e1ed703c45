#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "io/yaml_tree.h"
#include "workflow/condition.h"
#include "workflow/definition.h"
#include "workflow/dependencies.h"
#include "workflow/graph.h"
#include "workflow/node_reader.h"
#include "workflow/value_reader.h"

namespace sciwright::workflow {

/// Puts a definition's nodes and edges together, sub-pipelines in place of their calls, and checks
/// what only the whole shows. Nodes first, then dependencies, then `check`.
class Assembly final {
 public:
  /// All outlive it.
  Assembly(Definition& definition, PlacedProblems& problems, PlacedProblems& warnings)
      : definition_(definition), problems_(problems), warnings_(warnings) {}

  void add_node(NodeDraft draft);

  /// The nodes and edges of a sub-pipeline, by the names OUTER.INNER.
  void add_pipeline(const NodeDraft& call, Definition inner);

  /// A call whose file could not be read: edges to it are no problem of their own.
  void add_unreadable_pipeline(const NodeDraft& call) { pipelines_[call.node.name]; }

  /// Edges into a pipeline go to those of its nodes that have no parents, edges out of it come from
  /// those without children. A name that is nowhere becomes a node without a definition.
  void add_dependency(const Dependency& dependency);

  /// Cycles, conditions, choices without parents; warns of missing scripts and definitions.
  void check();

 private:
  /// What a name in `dependencies` stands for.
  struct Ends {
    std::vector<std::size_t> first = {};  ///< Where edges into it go.
    std::vector<std::size_t> last = {};   ///< Where edges out of it begin.
  };

  std::size_t add(Node node, const io::YamlNode& place);
  Ends ends_of(const std::string& name, const io::YamlNode& place);
  void add_edge(std::size_t source, std::size_t destination, const io::YamlNode& place);
  void check_cycle(const Graph& graph);
  void check_condition(std::size_t node, const Graph& graph);
  void check_choice(std::size_t node, const Graph& graph);
  void warn_of_missing_script(std::size_t node);

  Definition& definition_;
  PlacedProblems& problems_;
  PlacedProblems& warnings_;
  NodeIndex index_;
  std::map<std::string, Ends> pipelines_;
  std::vector<const io::YamlNode*> node_places_;
  std::vector<const io::YamlNode*> edge_places_;
  std::unordered_set<std::uint64_t> known_edges_;
  std::unordered_map<std::string, bool> scripts_;  ///< Whether they are there.
  std::size_t num_undefined_ = 0;                  ///< Nodes that are only named.
};

}  // namespace sciwright::workflow
