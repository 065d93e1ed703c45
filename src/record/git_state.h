#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace sciwright::record {

/// Which code a run was made from.
struct GitState {
  std::string commit;       ///< Full hash; empty in a repository without commits.
  std::string branch;       ///< "HEAD" when no branch is checked out.
  std::string diff_sha256;  ///< Of `git diff HEAD`; empty when nothing differs from the commit.
};

/// Asks git about the repository that holds a directory. Nothing when there is none, or no git.
/// Remote addresses are not read: they may carry passwords.
std::optional<GitState> read_git_state(const std::filesystem::path& directory);

}  // namespace sciwright::record
