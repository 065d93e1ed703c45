#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace sciwright::server {

/// A workflow to begin with; it needs nothing but a shell.
struct Example {
  std::string name;
  std::string description;
  std::string definition;
  std::vector<std::pair<std::string, std::string>> scripts = {};  ///< Name and text.
};

const std::vector<Example>& examples();

/// Adds one of them below a root under a name. Throws a usage error for an example that there is
/// not.
void add_example(const std::filesystem::path& root, const std::string& example,
                 const std::string& name);

}  // namespace sciwright::server
