#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "record/host.h"

namespace sciwright::storage {

/// Where local storage usually is: what $SLURM_TMPDIR, $LOCAL_SCRATCH and $TMPDIR name, /dev/shm
/// and /tmp; only directories that exist, each once.
std::vector<std::filesystem::path> staging_candidates(const record::Texts& environment);

/// All bytes of a file, or below a directory. Throws a usage error when there is neither.
std::int64_t size_of(const std::filesystem::path& path);

/// The candidate that writes fastest, among the local ones with room for `needed_bytes` (twice that
/// where files live in memory). Nothing when there is none.
std::optional<std::filesystem::path> fastest_directory(
    const std::vector<std::filesystem::path>& candidates, std::int64_t needed_bytes,
    const Clock& clock);

/// Copies of data in a folder of their own, removed at the end.
class StagedData final {
 public:
  /// Copies files and directories below `directory`. Throws a failure when that is impossible.
  StagedData(const std::filesystem::path& directory,
             const std::vector<std::filesystem::path>& sources);
  ~StagedData();
  StagedData(const StagedData&) = delete;
  StagedData& operator=(const StagedData&) = delete;

  /// The copy of the i-th source.
  const std::filesystem::path& copy(std::size_t i) const { return copies_.at(i); }

  std::int64_t num_bytes() const { return num_bytes_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> copies_;
  std::int64_t num_bytes_ = 0;
};

}  // namespace sciwright::storage
