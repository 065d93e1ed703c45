#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>

#include "workflow/definition.h"

namespace sciwright::coordinator {

/// SHA-256 of files and folders, each computed once as long as it is unchanged (size, time, inode).
class ContentHashes final {
 public:
  /// "missing" where there is nothing; of a folder over the names and contents of all below it.
  std::string of(const std::filesystem::path& path);

 private:
  std::string of_file(const std::filesystem::path& path);

  std::unordered_map<std::string, std::string> known_;  ///< By path and its facts.
};

/// One hash of all that a node's results depend on: what it runs, its script, environment, values
/// of what it depends on, and its inputs' contents.
std::string inputs_hash(const workflow::Definition& definition, const workflow::Node& node,
                        const std::map<std::string, std::string>& environment,
                        ContentHashes& hashes);

/// Keeps the hash of an attempt in its job's folder until it has ended, also through a kill of the
/// engine; empty for none.
void remember_inputs(const std::filesystem::path& job_folder, const std::string& hash);
std::string remembered_inputs(const std::filesystem::path& job_folder);

/// The first of its inputs, or outputs, that is not there; empty when all are.
std::string missing_input(const workflow::Definition& definition, const workflow::Node& node);
std::string missing_output(const workflow::Definition& definition, const workflow::Node& node);

}  // namespace sciwright::coordinator
