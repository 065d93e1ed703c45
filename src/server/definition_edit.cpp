#include "server/definition_edit.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/error.h"
#include "experiment/hostlist.h"

namespace sciwright::server {
namespace {

using Edges = std::vector<std::pair<std::string, std::string>>;

YAML::Node load(const std::string& text) {
  try {
    YAML::Node root = YAML::Load(text);
    if (root.IsNull()) root = YAML::Node(YAML::NodeType::Map);
    if (!root.IsMap())
      throw usage_error("the workflow file is no map of keys; expected `workflow:`");
    return root;
  } catch (const YAML::Exception& error) {
    throw usage_error(fmt::format("the workflow file cannot be read: {}", error.what()));
  }
}

/// Text of a key; empty where there is none.
std::string text_at(const YAML::Node& node, const char* key) {
  const YAML::Node value = node[key];
  return value && value.IsScalar() ? value.Scalar() : std::string();
}

void add_chain(Edges& edges, const std::string& chain) {
  const auto items = experiment::expand_hostlist(chain).items;
  for (std::size_t i = 1; i < items.size(); ++i) edges.emplace_back(items[i - 1], items[i]);
}

/// All forms of `dependencies`: chains, {source, destination}, and the map of these.
Edges edges_of(const YAML::Node& dependencies) {
  Edges edges;
  if (!dependencies) return edges;
  for (const auto& item : dependencies) {
    const YAML::Node value = dependencies.IsMap() ? item.second : YAML::Node(item);
    if (value.IsScalar()) {
      add_chain(edges, value.Scalar());
    } else if (value.IsMap()) {
      edges.emplace_back(text_at(value, "source"), text_at(value, "destination"));
    }
  }
  return edges;
}

void write_edges(YAML::Node workflow, const Edges& edges) {
  YAML::Node list(YAML::NodeType::Sequence);
  for (const auto& [from, to] : edges) list.push_back(from + "," + to);
  workflow["dependencies"] = list;
}

/// A text below `workflow`; nothing where there is none, or the file is no YAML.
std::optional<std::string> text_in_definition(const std::string& text, const char* key) {
  try {
    std::string found = text_at(load(text)["workflow"], key);
    return found.empty() ? std::nullopt : std::optional(std::move(found));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

YAML::Node yaml_of(const nlohmann::json& value) {
  // JSON is YAML; quotes of texts stay so that "12" is no number.
  return YAML::Load(value.dump());
}

/// yaml-cpp's own writing drops the quotes that make "12" a text; it keeps them as the tag "!".
void write(YAML::Emitter& out, const YAML::Node& node) {
  if (node.Style() == YAML::EmitterStyle::Flow) out << YAML::Flow;
  if (node.IsScalar()) {
    if (node.Tag() == "!") out << YAML::DoubleQuoted;
    out << node.Scalar();
  } else if (node.IsMap()) {
    out << YAML::BeginMap;
    for (const auto& item : node) {
      out << YAML::Key;
      write(out, item.first);
      out << YAML::Value;
      write(out, item.second);
    }
    out << YAML::EndMap;
  } else if (node.IsSequence()) {
    out << YAML::BeginSeq;
    for (const auto& item : node) write(out, item);
    out << YAML::EndSeq;
  } else {
    out << YAML::Null;
  }
}

std::string written(const YAML::Node& root) {
  YAML::Emitter out;
  out.SetIndent(2);
  write(out, root);
  return std::string(out.c_str()) + "\n";
}

YAML::Node workflow_of(YAML::Node root) {
  YAML::Node workflow = root["workflow"];
  if (!workflow || workflow.IsNull()) {
    root["workflow"] = YAML::Node(YAML::NodeType::Map);
    workflow.reset(root["workflow"]);
  }
  if (!workflow.IsMap()) throw usage_error("`workflow` of the file is no map; expected nodes");
  return workflow;
}

}  // namespace

std::string set_node(const std::string& text, const NodeChange& change) {
  YAML::Node root = load(text);
  YAML::Node workflow = workflow_of(root);
  YAML::Node nodes = workflow["nodes"];
  YAML::Node node = nodes[change.name];
  if (!node || !node.IsMap()) {
    nodes[change.name] = YAML::Node(YAML::NodeType::Map);
    node.reset(nodes[change.name]);
  }
  for (const auto& [key, value] : change.fields.items()) node[key] = yaml_of(value);
  if (change.parents) {
    Edges edges = edges_of(workflow["dependencies"]);
    std::erase_if(edges, [&](const auto& edge) { return edge.second == change.name; });
    for (const std::string& parent : *change.parents) edges.emplace_back(parent, change.name);
    write_edges(workflow, edges);
  }
  return written(root);
}

std::string remove_node(const std::string& text, const std::string& name) {
  YAML::Node root = load(text);
  YAML::Node workflow = workflow_of(root);
  workflow["nodes"].remove(name);
  Edges edges = edges_of(workflow["dependencies"]);
  std::erase_if(edges, [&](const auto& edge) { return edge.first == name || edge.second == name; });
  write_edges(workflow, edges);
  return written(root);
}

std::optional<std::string> name_in_definition(const std::string& text) {
  return text_in_definition(text, "name");
}

std::optional<std::string> description_in_definition(const std::string& text) {
  return text_in_definition(text, "description");
}

}  // namespace sciwright::server
