#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "submission/finding.h"

namespace sciwright::submission {

/// The file of a packed submission that holds the SHA-256 of what was packed; `sha256sum -c
/// SHA256SUMS` checks it, too.
inline constexpr const char* kChecksums = "SHA256SUMS";

/// Whether a file of a submission must stay as it was packed. What people write is not: the
/// README and the contribution document.
bool is_sealed(const std::string& name);

/// The text of SHA256SUMS for files below a folder, sorted by name.
std::string checksums_text(const std::filesystem::path& folder, std::vector<std::string> names);

/// Compares a folder's files, as list_files() gave them, with its SHA256SUMS: those that are
/// missing, differ, or came later, and lines that are none.
void check_checksums(const std::filesystem::path& folder,
                     const std::map<std::string, std::uintmax_t>& files, Findings& findings);

}  // namespace sciwright::submission
