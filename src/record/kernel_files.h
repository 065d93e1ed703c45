#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sciwright::record {

/// The content of a small file of /proc, /sys or /etc without blanks at its ends; nothing when it
/// cannot be read.
std::optional<std::string> read_kernel_file(const std::filesystem::path& path);

/// The whole number that such a file holds; nothing for anything else ("max").
std::optional<std::int64_t> kernel_number(const std::filesystem::path& path);

/// What stands behind `NAME:` in the first such line of a text ("model name\t: Xeon"); empty when
/// there is none.
std::string field_of(const std::string& text, const std::string& name);

/// The entries of a directory called PREFIX and a number, by number; none when it cannot be read.
std::vector<std::filesystem::path> numbered_entries(const std::filesystem::path& directory,
                                                    const std::string& prefix);

}  // namespace sciwright::record
