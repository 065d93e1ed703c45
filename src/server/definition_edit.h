#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::server {

/// What is to be done to a node of a workflow file.
struct NodeChange {
  std::string name = {};
  nlohmann::json fields = nlohmann::json::object();      ///< Keys of a node, as in the file.
  std::optional<std::vector<std::string>> parents = {};  ///< Nothing: its edges stay.
};

/// The file with the node added, or its fields replaced. Everything else stays as it is written;
/// comments within what is changed do not, and none do in a file without lines of its own for each
/// node (`nodes: {a: …}`). Throws a usage error for a text that is no workflow.
std::string set_node(const std::string& text, const NodeChange& change);

/// The file without the node and the edges to and from it.
std::string remove_node(const std::string& text, const std::string& name);

/// What the file calls itself (`workflow: name:`); nothing where it does not, or is no YAML.
std::optional<std::string> name_in_definition(const std::string& text);
/// Its `workflow: description:`, likewise.
std::optional<std::string> description_in_definition(const std::string& text);

}  // namespace sciwright::server
