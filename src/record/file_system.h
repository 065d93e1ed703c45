#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace sciwright::record {

/// Where data lies.
struct FileSystemFacts {
  std::string path;
  std::string type;  ///< "ext", "xfs", "nfs", "lustre", ...; empty when the path does not exist.
  std::optional<std::int64_t> size_bytes;
  std::optional<std::int64_t> free_bytes;  ///< For users, not for root.
};

/// Asks the file system that holds a path (statfs); the path need not exist, its nearest parent
/// that does is asked.
FileSystemFacts read_file_system(const std::filesystem::path& path);

/// The name of a file-system type by its magic number (statfs(2)); the number in hexadecimal when
/// it is not known.
std::string file_system_name(std::uint64_t magic);

}  // namespace sciwright::record
