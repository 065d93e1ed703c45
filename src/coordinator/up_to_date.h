#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>

#include "coordinator/handed_values.h"
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
/// of what it depends on, and its inputs' contents; where it has no inputs, which attempts of what
/// it depends on these results are of.
std::string inputs_hash(const Situation& situation, std::size_t node, ContentHashes& hashes);

/// Whether a node's last end was good, was made from inputs of this hash, and left all outputs.
bool is_up_to_date(const Situation& situation, std::size_t node, const std::string& inputs);

/// What is known of an attempt when it starts, and needed at its end.
struct AttemptFacts {
  int attempt = 0;
  std::int64_t output_offset = 0;  ///< Where its output begins: attempts append.
  std::string inputs = {};         ///< Hash; empty for a node without outputs.
};

/// Keeps them in the job's folder, through a kill of the engine.
void remember_attempt(const std::filesystem::path& job_folder, const AttemptFacts& facts);
/// Those of this attempt; as they begin where nothing is known of it.
AttemptFacts remembered_attempt(const std::filesystem::path& job_folder, int attempt);

/// The first of its inputs, or outputs, that is not there; empty when all are.
std::string missing_input(const workflow::Definition& definition, const workflow::Node& node);
std::string missing_output(const workflow::Definition& definition, const workflow::Node& node);

}  // namespace sciwright::coordinator
