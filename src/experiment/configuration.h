#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/fields.h"
#include "io/yaml.h"

namespace sciwright::experiment {

using Json = nlohmann::json;

/// The environment, or a stand-in of it.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// What a study's configuration is made from; later parts win.
struct ConfigurationRequest {
  std::vector<std::string> files = {};     ///< .yaml, .yml, .json, .py or .ipynb.
  std::vector<std::string> os_names = {};  ///< Names of the environment to have as {os.NAME}.
  std::string experiment = {};             ///< "epoch=[1-3] x=[1,4]": instead of that section.
  std::string attributes = {};             ///< "a=1,data.dir=/tmp".
  /// As the original: a later file replaces whole top-level sections. Else sections merge key by
  /// key.
  bool replaces_sections = false;
};

/// All files and options put together.
struct Configuration {
  io::Document document;
  std::map<std::string, int> order;  ///< By dotted path: when it was first given.
  Problems warnings;                 ///< What was left out.

  /// The keys of the section at a dotted path, as they were first given.
  std::vector<std::string> ordered_keys(const std::string& path) const;
  /// Says where a dotted path was given.
  config::Locate locate() const;
};

/// Reads and merges everything. Throws one usage error with all problems: unreadable files, names
/// the environment does not have.
Configuration read_configuration(const ConfigurationRequest& request,
                                 const Environment& environment);

/// Cuts "a=1,b=[2,3]" at `separator` outside of brackets; empty parts are dropped.
std::vector<std::string> split_outside_brackets(const std::string& text, char separator);

/// The variables of cloudmesh (a flat YAML map of texts), or an empty object without such a file.
Json read_cloudmesh_variables(const Environment& environment);

}  // namespace sciwright::experiment
