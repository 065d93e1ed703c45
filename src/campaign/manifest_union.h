#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "experiment/manifest.h"

namespace sciwright::campaign {

/// How an experiment of a copy goes into the study.
struct MatchedExperiment {
  std::size_t source = 0;  ///< Place in the copy's manifest.
  std::size_t target = 0;  ///< Place in the study's; of the other study's experiment if different.
  bool has_own_paths = false;   ///< The same experiment of the same study, but with another id.
  bool is_other_study = false;  ///< Equal name and parameters, but another study's: not the same.
};

/// The manifest of a study to which those of copies are added.
class ManifestUnion final {
 public:
  /// Reads the study's; there may be none.
  explicit ManifestUnion(std::filesystem::path study);

  const experiment::Manifest& manifest() const { return manifest_; }

  /// Finds the experiments of a copy in the study, and adds those it does not have. Those whose
  /// name another one has there get a part of their hash behind it, as `generate` names them;
  /// `renamed` says so.
  std::vector<MatchedExperiment> add(const std::filesystem::path& copy,
                                     const experiment::Manifest& other, const std::string& label,
                                     std::vector<std::string>& renamed);

  /// Writes what was added: files of packed experiments first, then the manifest, as a whole.
  void write();

  /// Experiments that the last `add` added.
  std::size_t num_new() const { return num_new_; }

 private:
  std::optional<MatchedExperiment> find(const experiment::ManifestEntry& entry,
                                        const std::string& key) const;
  void index(std::size_t place);
  std::size_t append(const std::filesystem::path& copy, const experiment::Manifest& other,
                     const experiment::ManifestEntry& entry, const std::string& name);
  void copy_packed(const std::filesystem::path& copy, experiment::ManifestEntry& entry);
  void write_packed();

  const std::filesystem::path study_;
  experiment::Manifest manifest_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::unordered_map<std::string, std::size_t> by_parameters_;  ///< And study.
  std::unordered_map<std::string, std::size_t> by_name_;
  std::string added_lines_;
  std::string added_packed_;
  std::uint64_t packed_bytes_ = 0;
  std::size_t num_new_ = 0;
  /// The call of generate whose line was added last.
  const experiment::GenerateCall* last_call_ = nullptr;
};

}  // namespace sciwright::campaign
