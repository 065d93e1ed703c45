#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sciwright::server {

/// A workflow to begin with, of examples/07_workflows.
struct Example {
  std::string name;
  std::string description;
};

const std::vector<Example>& examples();

/// Adds one of them with its files below a root under a name. Throws a usage error for an example
/// that there is not.
void add_example(const std::filesystem::path& root, const std::string& example,
                 const std::string& name);

}  // namespace sciwright::server
