#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sciwright {

/// The whole file as bytes. Throws a usage error that names the path when it cannot be read.
std::string read_file(const std::filesystem::path& path);

/// The same; nothing when there is no such file.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path);

/// Writes a file so that readers see the old content or all of the new one, never a part: a
/// temporary file beside it, fsync, rename. Throws a failure that names the path and the reason
/// (full disk, no permission); the old file stays.
void write_file_atomic(const std::filesystem::path& path, std::string_view content);

/// Lets a writer that needs a path (HDF5, PNG, a checkpoint) fill a temporary file beside `path`,
/// then syncs and renames it. Not committed (an exception passed): the temporary file is removed
/// and the old file stays.
class AtomicFile final {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::filesystem::path& temporary_path() const { return temporary_; }

  /// Makes the content durable and visible under the final name.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

/// Appends whole lines to a file with one write each (O_APPEND), so that parallel writers do not
/// mix. A last line that a killed writer left unfinished is ended first. Not for NFS writers on
/// several hosts.
class AppendFile final {
 public:
  explicit AppendFile(const std::filesystem::path& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Writes `line` and a newline. Throws a failure that names the path on a full disk.
  void append_line(std::string_view line);

  /// Makes what was appended durable. Throws a failure that names the path.
  void sync();

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Keeps others out of a file while something that must be done by one at a time is done. The lock
/// is a file beside it, `FILE.lock`, which goes with the lock or, of a killed program, with the
/// next. Where no such file can be made or locked, nobody is kept out.
class FileLock final {
 public:
  /// Waits until it is free.
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

/// Creates the directory and its parents; throws a usage error that names it when that is
/// impossible.
void make_directories(const std::filesystem::path& path);

/// The paths of a directory's entries, sorted by name. Throws a usage error when it is no readable
/// directory.
std::vector<std::filesystem::path> sorted_entries(const std::filesystem::path& directory);

/// $XDG_CACHE_HOME/sciwright or ~/.cache/sciwright; $SCIWRIGHT_CACHE overrides both.
std::filesystem::path cache_directory();

/// A fresh directory under the system's temporary one, removed with its content by the destructor.
class TemporaryDirectory final {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace sciwright
