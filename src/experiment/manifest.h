#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::experiment {

using Json = nlohmann::json;

/// Where the files of a packed experiment stand in packed.jsonl.
struct PackedPlace {
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;  ///< 0: not packed.
};

/// One experiment of a study's folder, as all later commands see it. Paths are relative to that
/// folder, so that it may be moved or copied.
struct ManifestEntry {
  std::string id;             ///< 16 hexadecimal digits; the beginning of the hash.
  std::string name;           ///< Unique within the folder.
  std::string directory;      ///< Where the job runs; the name, or "." in flat mode.
  std::string script;         ///< Job script within the directory.
  std::string config;         ///< Configuration within the directory.
  std::string hash;           ///< Of the configuration but for its own name.
  std::string template_hash;  ///< Of the templates the other files come from.
  std::string assignment;     ///< "epoch=30 gpu=a100", in the order of the study.
  /// Values by name, types kept, as `parameters_text` writes them: equal texts, equal parameters.
  std::string parameters_json = "{}";
  PackedPlace packed;
  std::size_t call = 0;  ///< Place in Manifest::calls of the first call that made this name.
};

/// Parameters as text: keys sorted, no blanks.
std::string parameters_text(const Json& parameters);

/// The parameters of an experiment, which are kept as text.
Json parameters_of(const ManifestEntry& entry);

/// One call of `generate` that made something.
struct GenerateCall {
  std::string line;  ///< As it stands in the manifest.
  /// SHA-256 of the configuration as it was given, before references were resolved, but for what
  /// varies (`experiment`, `sweep`). People who generate the same study share it, also where a path
  /// has each one's name in it.
  std::string base_hash;
};

/// How much of each experiment is kept in memory.
enum class ManifestDetail {
  kAll,
  kWithoutHashes,  ///< `hash`, `template_hash` and `assignment` stay empty: who only follows jobs
                   ///< does not ask for them, and there may be 10^5 of each.
};

/// experiments.jsonl of a study's folder, read. Later lines of a name replace earlier ones, but
/// keep their place.
struct Manifest {
  std::vector<ManifestEntry> entries;
  std::vector<std::string> parameters;  ///< All names, in the order in which they came.
  std::vector<GenerateCall> calls;      ///< In their order.
};

/// "experiments.jsonl"
extern const char* const kManifestFile;
/// "packed.jsonl"
extern const char* const kPackedFile;

/// One line of the manifest, without its end.
std::string manifest_line(const ManifestEntry& entry);

/// Reads the manifest of a folder; empty without one. A last line without its end, which a killed
/// process leaves, does not count. Throws a usage error with the line of anything else it cannot
/// read. Reads on several threads.
Manifest read_manifest(const std::filesystem::path& folder,
                       ManifestDetail detail = ManifestDetail::kAll);

/// The files of a packed experiment: name and content. Throws a usage error when packed.jsonl does
/// not have them.
std::vector<std::pair<std::string, std::string>> packed_files(const std::filesystem::path& folder,
                                                              const ManifestEntry& entry);

}  // namespace sciwright::experiment
