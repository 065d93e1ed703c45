#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "experiment/manifest.h"
#include "record/result.h"

namespace sciwright::campaign {

/// Where an experiment's run is: `run` in its folder; in flat mode, where all experiments share a
/// folder, `run_NAME`.
std::filesystem::path run_folder(const std::filesystem::path& study,
                                 const experiment::ManifestEntry& entry);

/// An experiment of one or several folders of the same study.
struct CollectedExperiment {
  experiment::ManifestEntry entry;          ///< Of the first folder that has it; without hashes.
  std::string base_hash;                    ///< Of its study: experiment::GenerateCall.
  std::vector<std::filesystem::path> runs;  ///< Where its run may be, in the order of the folders.
  bool is_there = false;  ///< Its configuration is, in some folder, or it is packed.
};

/// The experiments of several folders, each once: copies of a study that several people ran, or
/// different studies.
struct Collection {
  std::vector<CollectedExperiment> experiments;  ///< By folder, in the order of the manifests.
  std::vector<std::string> parameters;           ///< Names, in the order of the studies.
};

/// Reads the manifests. Experiments with equal ids are the same, and so are those with equal
/// parameters of the same study, whose ids differ where a path has the user's name in it. Throws a
/// usage error that names every folder without a manifest.
Collection collect(const std::vector<std::filesystem::path>& folders);

/// What became of an experiment.
struct Outcome {
  enum class Kind {
    kValid,
    kInvalid,     ///< Finished with a wrong answer: never averaged.
    kMissing,     ///< No result yet.
    kUnreadable,  ///< `problem` says why.
    kGone,        ///< Neither a result nor a configuration: somebody took it away.
  };
  Kind kind = Kind::kMissing;
  record::RunResult result = {};  ///< Of the valid and the invalid.
  std::string problem = {};
  std::string system = {};      ///< Of the valid: describe_system.
  std::size_t num_results = 0;  ///< More than 1: it was run in several of the folders.
};

/// Reads it: the first valid result, else the first of any kind.
Outcome read_outcome(const CollectedExperiment& experiment);

/// The kind of machine in a host.json: models and numbers of its processor and GPUs, and how many
/// processors the run could use, but no names of nodes. Times and energies compare within one.
/// Without that file: "unknown".
std::string describe_system(const std::filesystem::path& host_json);

/// The same of what such a file holds.
std::string describe_system(const experiment::Json& host);

/// Calls `use` with every outcome, in order. Files are read by several threads, a block of
/// experiments at a time, so memory does not grow with the study.
void for_each_outcome(const Collection& collection,
                      const std::function<void(const CollectedExperiment&, Outcome&&)>& use);

}  // namespace sciwright::campaign
