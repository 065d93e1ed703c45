#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "workflow/definition.h"

namespace sciwright::workflow {

/// A definition and all that is wrong with it, in the order of the file, each with
/// file:line:column.
struct Reading {
  Definition definition = {};  ///< As far as it could be read.
  Problems problems = {};
  Problems warnings = {};  ///< Missing scripts, nodes without a definition, …
};

/// Values given to `parameters:` (`--set`, or of the node of kind workflow).
using Parameters = std::map<std::string, std::string>;

/// Reads a workflow file, the original's forms among them, and every sub-pipeline it names. `name`
/// of the definition: `workflow.name`, else the file's stem. Throws a usage error where there is
/// no such file.
Reading read_definition(const std::filesystem::path& file, const Parameters& parameters = {});

/// The same from text that would stand in `file` (an upload that is checked before it is stored).
Reading parse_definition(const std::string& text, const std::filesystem::path& file,
                         const Parameters& parameters = {});

}  // namespace sciwright::workflow
