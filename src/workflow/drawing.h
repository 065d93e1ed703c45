#pragma once

#include <string>
#include <vector>

#include "workflow/definition.h"
#include "workflow/layout.h"
#include "workflow/state.h"

namespace sciwright::workflow {

/// A workflow as it is to be drawn.
struct Picture {
  const Definition& definition;
  const State& state;
  std::vector<std::string> labels;  ///< By node, filled in.
};

/// Graphviz, as the original writes it (spec 2.6).
std::string write_dot(const Picture& picture);

/// SVG without graphviz: shapes and styles of the nodes, colours by status, progress, title texts.
std::string write_svg(const Picture& picture, const Layout& layout);

/// Nodes, edges, statuses, colours as JSON.
std::string write_graph_json(const Picture& picture);

/// The colour of a status, by the definition or as usual.
std::string color_of(const Definition& definition, NodeStatus status);

}  // namespace sciwright::workflow
