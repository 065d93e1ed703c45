#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"

namespace sciwright::record {

/// Who holds a run folder.
struct LockOwner {
  std::string host;
  int pid = 0;
  std::string process_start;  ///< Tells a process from a later one with the same number.
  std::string slurm_job_id;   ///< Empty outside of Slurm.

  bool operator==(const LockOwner&) const = default;
};

/// This process.
LockOwner this_process();

/// Who holds a lock, for whoever only looks; nothing where it is free or its process is gone from
/// this host.
std::optional<LockOwner> holder_of(const std::filesystem::path& file);

/// A lock file that makes sure that one process at a time writes a folder, also over NFS: the file
/// is made complete beside its place and put there by link(2), which only one can do. A lock whose
/// process is gone from this host, or that an earlier start of the same Slurm job left, is taken
/// over. Locks of other hosts are believed.
class RunLock final {
 public:
  /// Takes the lock. Throws a usage error that names the holder when another process has it, and a
  /// failure when the folder cannot be written.
  RunLock(std::filesystem::path file, const Clock& clock, LockOwner owner = this_process());

  /// Gives the lock back, unless someone else has taken it over meanwhile.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  const std::filesystem::path file_;
  const std::string content_;
};

}  // namespace sciwright::record
