#include "workflow/drawing.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "workflow/appearance.h"

namespace sciwright::workflow {
namespace {

using Json = nlohmann::ordered_json;

bool is_keyword(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 6> kWords = {"node",    "edge",     "graph",
                                                      "digraph", "subgraph", "strict"};
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

/// A word of DOT, in quotes where it needs them.
std::string dot_word(const std::string& text) {
  const auto is_plain_char = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const bool is_plain = !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
                        std::all_of(text.begin(), text.end(), is_plain_char) && !is_keyword(text);
  if (is_plain) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

double rounded(double number) { return std::round(number * 10) / 10; }

Json node_json(const Picture& picture, const Layout& layout, std::size_t index) {
  const Node& node = picture.definition.nodes[index];
  const NodeState state = state_of(picture, index);
  const Appearance look = appearance_of(picture, index);
  const Placed& placed = layout.nodes[index];
  return {{"name", node.name},
          {"kind", node.is_defined ? kind_name(node.kind) : "undefined"},
          {"host", node.host.empty() ? "localhost" : node.host},
          {"status", status_name(state.status)},
          {"progress", state.progress},
          {"label", picture.labels[index]},
          {"color", look.color},
          {"shape", look.shape},
          {"style", look.style},
          {"x", rounded(placed.x)},
          {"y", rounded(placed.y)},
          {"width", rounded(placed.width)},
          {"height", rounded(placed.height)}};
}

}  // namespace

std::string write_dot(const Picture& picture) {
  std::string out = "digraph {\n\tnode [shape=box]\n";
  const auto& nodes = picture.definition.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Appearance look = appearance_of(picture, i);
    out += fmt::format("\t{} [label={} fillcolor={} shape={} style={}]\n", dot_word(nodes[i].name),
                       dot_word(picture.labels[i]), dot_word(look.color), dot_word(look.shape),
                       dot_word(look.style));
  }
  for (const auto& [source, destination] : picture.definition.edges) {
    out += fmt::format("\t{} -> {}\n", dot_word(nodes[source].name),
                       dot_word(nodes[destination].name));
  }
  return out + "}\n";
}

std::string write_graph_json(const Picture& picture, const Layout& layout) {
  Json out = {{"schema_version", 1},
              {"name", picture.definition.name},
              {"width", rounded(layout.width)},
              {"height", rounded(layout.height)}};
  Json& nodes = out["nodes"] = Json::array();
  for (std::size_t i = 0; i < picture.definition.nodes.size(); ++i) {
    nodes.push_back(node_json(picture, layout, i));
  }
  Json& edges = out["edges"] = Json::array();
  for (std::size_t i = 0; i < picture.definition.edges.size(); ++i) {
    const auto& [source, destination] = picture.definition.edges[i];
    Json points = Json::array();
    for (const auto& [x, y] : layout.edges[i]) points.push_back({rounded(x), rounded(y)});
    edges.push_back({{"source", picture.definition.nodes[source].name},
                     {"destination", picture.definition.nodes[destination].name},
                     {"points", std::move(points)}});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sciwright::workflow
