#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace sciwright::server {

/// What an upload may become.
struct ArchiveLimits {
  std::size_t max_entries = 10'000;
  std::size_t max_folders = 2'000;          ///< Also those that are named in paths only.
  std::size_t max_levels = 32;              ///< Of folders in folders.
  std::uint64_t max_bytes = 1'000'000'000;  ///< Unpacked.
  /// Unpacked over packed, beyond the first ten megabytes.
  double max_ratio = 200;
};

/// Whether bytes begin as a zip, tar, or compressed file does.
bool is_archive(std::string_view bytes);

/// Unpacks zip and tar (plain, gzip, bzip2, xz, zstd) into a folder that is there and empty. Only
/// regular files and folders below it: throws a usage error that names the entry for an absolute
/// path, "..", a link, a device, two entries of one name, or what the limits forbid, also when an
/// archive without entries was sent. Then the
/// folder holds a part; whoever made it removes it.
void unpack_archive(std::string_view bytes, const std::filesystem::path& folder,
                    const ArchiveLimits& limits = {});

}  // namespace sciwright::server
