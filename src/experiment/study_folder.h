#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "experiment/generate.h"
#include "record/run_lock.h"

namespace sciwright::experiment {

/// Name and content of files.
using Files = std::vector<std::pair<std::string, std::string>>;

/// The edge of `generate`: puts experiments into a folder, and takes all of them away again unless
/// `commit` was called. What is in the folder was there before, or is complete.
class StudyFolder final {
 public:
  /// Makes the folder. Throws a usage error when that is impossible.
  StudyFolder(const GenerateRequest& request, const Clock& clock);
  ~StudyFolder();
  StudyFolder(const StudyFolder&) = delete;
  StudyFolder& operator=(const StudyFolder&) = delete;

  /// Where an experiment's files are, but for `packed`.
  ManifestEntry entry_of(const Experiment& experiment, const std::string& template_hash) const;

  /// Whether the files of a line of the manifest are there.
  bool has(const ManifestEntry& entry) const;

  /// Makes an experiment. One that is there already, complete and equal, is taken over; throws a
  /// usage error when something else has its place.
  void add(const Experiment& experiment, ManifestEntry entry);
  /// Rewrites an experiment's files, each as a whole.
  void rewrite(const Experiment& experiment, ManifestEntry entry);

  /// Appends a line to the manifest, at the latest in `commit`.
  void append(const std::string& line);

  /// Everything is there to stay.
  void commit();

 private:
  /// A file that only grows, and shrinks back to where it was when nothing is committed.
  struct Growing {
    std::filesystem::path path;
    int descriptor = -1;
    std::uint64_t size_before_bytes = 0;
    std::uint64_t size_bytes = 0;
    bool was_there = false;
    std::string waiting;
  };
  /// Knows what to take back from now on, when the public constructor fails.
  explicit StudyFolder(const GenerateRequest& request);
  static void open(Growing& file);
  static void flush(Growing& file);
  static void take_back(Growing& file);

  void add_folder(const Files& files, const std::string& directory);
  void add_flat(const Files& files);
  bool holds(const std::filesystem::path& folder, const Files& files) const;

  const GenerateRequest& request_;
  std::vector<std::filesystem::path> made_folders_;  ///< The study's own and its parents.
  std::filesystem::path staging_;
  std::unique_ptr<record::RunLock> lock_;
  Growing manifest_;
  Growing packed_;
  std::vector<std::filesystem::path> made_;
  bool is_committed_ = false;
};

/// The names of an experiment's files in flat mode: "slurm.sh" → "slurm_NAME.sh".
std::string flat_name(const std::string& file, const std::string& experiment);

}  // namespace sciwright::experiment
