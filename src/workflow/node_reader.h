#pragma once

#include <map>
#include <optional>
#include <string>

#include "io/yaml_tree.h"
#include "workflow/definition.h"
#include "workflow/value_reader.h"

namespace sciwright::workflow {

/// A node as its file has it: one of the graph, or the call of a sub-pipeline.
struct NodeDraft {
  Node node = {};
  const io::YamlNode* source = nullptr;
  bool is_call = false;                                ///< Kind `workflow`.
  std::string pipeline = {};                           ///< File of the sub-pipeline.
  std::map<std::string, std::string> parameters = {};  ///< For the sub-pipeline.
};

/// Reads one entry of `nodes`: every key, with the defaults of its kind; `parameters` of the
/// workflow go into its environment.
NodeDraft read_node(const io::YamlNode& source,
                    const std::map<std::string, std::string>& parameters, ValueReader& values);

/// Reads `continue` or `stop`.
std::optional<OnFailure> read_on_failure(const io::YamlNode& source, ValueReader& values);

/// Reads `hosts`.
std::map<std::string, HostSettings> read_hosts(const io::YamlNode& source, ValueReader& values);

}  // namespace sciwright::workflow
