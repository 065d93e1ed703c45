#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sciwright::report {

/// What tells whether a file is still the one that was read: writing to it or putting another in
/// its place alters one of these.
struct FileStamp {
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  std::uint64_t num_bytes = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileStamp&) const = default;
};

/// A file, or folder, as it is now.
struct FoundFile {
  FileStamp stamp = {};
  std::uint64_t device = 0;  ///< The file system that it is on.
};

/// Nothing where there is no such file, or nobody may look.
std::optional<FoundFile> find_file(const std::string& path);

/// What a run was read from.
struct RunStamp {
  FileStamp result = {};
  /// Of host.json; where there is none, of the folder, which changes when one is made.
  FileStamp beside = {};
  bool has_host = false;

  bool operator==(const RunStamp&) const = default;
  std::int64_t newest_ns() const;
};

}  // namespace sciwright::report
