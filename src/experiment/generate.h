#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "experiment/code_copy.h"
#include "experiment/manifest.h"
#include "experiment/study.h"

namespace sciwright::experiment {

/// How a study's folder is laid out.
enum class Layout {
  kHierarchical,  ///< A folder for each experiment.
  kFlat,          ///< All files in one folder, "slurm_epoch_1.sh" and "config_epoch_1.yaml".
  kPacked,        ///< All in packed.jsonl; `unpack` makes a folder when its job starts.
};

/// What `generate` makes.
struct GenerateRequest {
  std::filesystem::path out;
  Layout layout = Layout::kHierarchical;
  std::optional<CodeCopy> code = {};
  /// Rewrite the files of experiments whose configuration or templates have changed, instead of
  /// refusing.
  bool refresh = false;
  Json facts = Json::object();  ///< Goes into the manifest: name, files, command line.
  /// Called for every experiment in turn, with its line of the manifest.
  std::function<void(const Experiment&, const ManifestEntry&)> on_experiment = {};
  std::function<void(std::uint64_t done)> on_progress = {};  ///< Combinations looked at.
};

/// What it did.
struct GenerateReport {
  std::uint64_t num_new = 0;
  std::uint64_t num_known = 0;       ///< There already, unchanged.
  std::uint64_t num_refreshed = 0;   ///< There already, rewritten.
  std::uint64_t num_duplicates = 0;  ///< Equal to another experiment of the same study.
};

/// Makes what is not there yet. Each experiment appears as a whole, by a rename, before its line is
/// appended to the manifest; a killed generate is completed by the next one. When something fails,
/// everything this call made is taken away again and the error is passed on. One generate at a time
/// works in a folder. Throws a usage error for experiments that are there with another
/// configuration or other templates, and for folders that are not the study's.
GenerateReport generate(const Study& study, const GenerateRequest& request, const Clock& clock);

/// The first experiments as a tree, and the files of the first one; nothing is written.
std::string preview(const Study& study, const GenerateRequest& request, std::size_t num_shown);

/// How many experiments a study has, counted up to `limit`.
std::uint64_t num_experiments(const ParameterSpace& space, std::uint64_t limit);

/// The folder of a packed experiment, made (or completed) as `generate` would have.
std::filesystem::path unpack(const std::filesystem::path& folder, const ManifestEntry& entry);

}  // namespace sciwright::experiment
