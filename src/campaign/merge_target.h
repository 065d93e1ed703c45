#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "campaign/experiment_files.h"
#include "campaign/file_comparison.h"
#include "record/run_lock.h"

namespace sciwright::campaign {

/// The edge of `merge`: brings files into a study's folder. Files are copied to `.merge/` and
/// renamed into place, a run as a whole, so at any moment each is there whole or not at all.
/// Nothing that is there is overwritten but by a file that begins with all of it; what must make
/// room, and what must not be mixed in, is kept below `conflicts/`. Different experiments may be
/// handled by several threads.
class MergeTarget final {
 public:
  /// Makes the folder and takes the lock of those who write its manifest. Throws a usage error when
  /// another process has it.
  MergeTarget(std::filesystem::path folder, const Clock& clock);
  ~MergeTarget();
  MergeTarget(const MergeTarget&) = delete;
  MergeTarget& operator=(const MergeTarget&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  /// Brings what `news` says the target lacks. An unfinished run that makes room goes below
  /// `conflicts/<own name>/<experiment>`.
  void bring(const ExperimentFiles& source, const ExperimentFiles& target,
             const ExperimentComparison& news, const std::string& experiment);

  /// Puts the source's files in the target's place, whose go below `conflicts/<own name>/` before.
  /// Returns where they are, relative to the folder.
  std::string replace(const ExperimentFiles& source, const ExperimentFiles& target,
                      const std::string& experiment);

  /// Keeps the source's files below `conflicts/<label>/<experiment>`, with a number behind it when
  /// that holds others. Returns where, relative to the folder. Done again it changes nothing.
  std::string keep_aside(const ExperimentFiles& source, const std::string& label,
                         const std::string& experiment);

  /// Keeps only some of them, alike.
  std::string keep_aside(const ExperimentFiles& source, const std::vector<std::string>& keys,
                         const std::string& label, const std::string& experiment);

  /// Brings one file of no experiment to a path relative to the folder. Returns where another file
  /// is in its place and the source's is kept, or an empty text.
  std::string bring_file(const std::filesystem::path& source, const std::string& path,
                         const std::string& label);

 private:
  void remove_leftovers() const;
  std::filesystem::path fresh_place();
  std::filesystem::path aside(const std::string& label, const std::string& name, int number) const;
  std::optional<std::string> find_aside(const ExperimentFiles& source,
                                        const std::string& experiment) const;
  std::string relative(const std::filesystem::path& path) const;
  ExperimentFiles stage(const ExperimentFiles& source, bool only_run);
  void bring_run(const ExperimentFiles& source, const ExperimentFiles& target,
                 const std::string& experiment);
  void put(const std::filesystem::path& source, const std::filesystem::path& target,
           bool is_longer);

  const std::filesystem::path folder_;
  const std::string own_name_;
  const std::filesystem::path staging_;
  std::unique_ptr<record::RunLock> lock_;
  std::atomic<std::uint64_t> num_staged_{0};
};

/// The folder below a study's that holds what must not be mixed in.
extern const char* const kConflictsFolder;

}  // namespace sciwright::campaign
