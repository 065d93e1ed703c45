#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sciwright {

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// SHA-256 of a file's content, read in pieces. Throws a usage error when it cannot be read.
std::string sha256_file_hex(const std::filesystem::path& path);

}  // namespace sciwright
