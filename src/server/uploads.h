#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sciwright::server {

/// What a client sent to become a workflow.
struct Upload {
  std::string name = {};  ///< Wanted; empty: what the file or the definition is called.
  std::string content_type = {};
  std::string_view body = {};
};

/// What became of it.
struct AddedWorkflow {
  std::string name = {};
  bool was_there = false;  ///< There is one of this name; nothing was done.
};

/// Makes a workflow below `root` of a definition, an archive with one, or a form with either:
/// unpacked aside, checked, put in place by one rename. Throws a usage error with all problems;
/// then nothing is left.
AddedWorkflow add_upload(const std::filesystem::path& root, const Upload& upload);

}  // namespace sciwright::server
