#include "coordinator/handed_values.h"

#include <cctype>

namespace sciwright::coordinator {
namespace {

/// As a name of the environment.
std::string variable_of(const std::string& node, const std::string& value) {
  std::string name = "SCIWRIGHT_" + node + "_" + value;
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    c = std::isalnum(byte) == 0 ? '_' : static_cast<char>(std::toupper(byte));
  }
  return name;
}

}  // namespace

void add_values(const std::string& node, const std::map<std::string, std::string>& values,
                std::map<std::string, std::string>& environment) {
  for (const auto& [key, value] : values) environment[variable_of(node, key)] = value;
}

std::map<std::string, std::string> parents_values(const Situation& situation, std::size_t node) {
  std::map<std::string, std::string> environment;
  for (const std::size_t parent : situation.graph.parents[node]) {
    add_values(situation.definition.nodes[parent].name, *situation.state[parent].values,
               environment);
  }
  return environment;
}

}  // namespace sciwright::coordinator
