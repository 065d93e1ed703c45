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
  std::vector<std::string> labels;  ///< By node, filled in (label.h).
};

/// Graphviz, as the original writes it (nodes in the order of the file, then edges).
std::string write_dot(const Picture& picture);

/// SVG without graphviz: shapes, styles and colours as in DOT, progress as a bar, and texts that a
/// browser shows over nodes and edges and a screen reader reads.
std::string write_svg(const Picture& picture, const Layout& layout);

/// Nodes with status, progress, label, colour and place, and edges by name, as JSON.
std::string write_graph_json(const Picture& picture, const Layout& layout);

/// A node's shape and style in graphviz' words: its own, else what is usual.
std::string shape_of(const Node& node);
std::string style_of(const Node& node);
/// Shapes of all nodes, for their layout.
std::vector<std::string> shapes_of(const Definition& definition);

/// The colour of a status, by the definition or as usual.
std::string color_of(const Definition& definition, NodeStatus status);

}  // namespace sciwright::workflow
