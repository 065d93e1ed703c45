#pragma once

#include <string>
#include <vector>

#include "io/yaml_tree.h"
#include "workflow/value_reader.h"

namespace sciwright::workflow {

/// One edge as the file has it, or the mention of one name alone (then `destination` is empty).
struct Dependency {
  std::string source = {};
  std::string destination = {};
  const io::YamlNode* place = nullptr;
};

/// Reads `dependencies` in every form: a list of chains "a,n[1-3],b" (each name after the one
/// before it), one such text, a list of {source, destination}, or the map "a-b: {source: a,
/// destination: b}" that the original saves. In the order of the file; names may repeat.
std::vector<Dependency> read_dependencies(const io::YamlNode& source, ValueReader& values);

}  // namespace sciwright::workflow
