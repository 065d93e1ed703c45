#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace sciwright::storage {

/// How a directory is probed. The defaults take some seconds on a fast disk and 256 MiB of room.
struct ProbeSettings {
  std::int64_t file_bytes = 256 << 20;
  std::int64_t block_bytes = 1 << 20;         ///< Of sequential access.
  std::int64_t random_block_bytes = 4 << 10;  ///< Of random access.
  int num_random_blocks = 8192;               ///< At most; a file has each block once.
  int num_small_files = 1000;
  std::int64_t small_file_bytes = 16 << 10;
  int num_readers = 4;  ///< Threads that read one file at once, each its own part.
  int num_rounds = 3;   ///< Everything is timed this often; the median counts.
  std::uint64_t seed = 1;
};

/// What a page cache holds when the clock starts.
enum class CacheState {
  kNone,  ///< It plays no part: writing.
  kCold,  ///< Nothing of the file.
  kWarm,  ///< All of it.
};

/// One thing that was tried.
struct ProbeRow {
  std::string name;  ///< "sequential read".
  CacheState cache = CacheState::kNone;
  std::int64_t bytes = 0;           ///< Per round.
  std::int64_t num_operations = 0;  ///< Per round: blocks or files.
  std::vector<double> seconds;      ///< A round each; none where it could not be tried.
  std::string reason;               ///< Why not.

  /// Of the median round.
  std::optional<double> bytes_per_s() const;
  std::optional<double> operations_per_s() const;
};

/// Everything about one directory.
struct Probe {
  std::filesystem::path directory;
  std::string file_system;  ///< "ext", "nfs", …
  std::vector<ProbeRow> rows;

  /// The row of a name and state; null without one.
  const ProbeRow* find(const std::string& name, CacheState cache) const;
};

/// Writes and reads files in a folder of its own in `directory`, which it removes: sequential and
/// random writing (with fsync) and reading, reading through mmap, by many readers at once, and
/// small files. Random access touches other blocks in each round. A cold row is only measured where
/// the page cache let go of the file (mincore says so). Throws a failure that names what could not
/// be written or read, and a usage error when the directory is missing or has too little room.
/// `say` hears each row's name before each round of it, and may throw
/// to end the probe.
Probe probe_directory(const std::filesystem::path& directory, const ProbeSettings& settings,
                      const Clock& clock, const std::function<void(const std::string&)>& say = {});

/// Seconds to write `bytes` into a new file in `directory` and to make them durable, the file
/// removed afterwards; nothing where that fails.
std::optional<double> time_write(const std::filesystem::path& directory, std::int64_t bytes,
                                 const Clock& clock);

}  // namespace sciwright::storage
