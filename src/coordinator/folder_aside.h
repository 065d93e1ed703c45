#pragma once

#include <filesystem>
#include <vector>

namespace sciwright::coordinator {

/// A fresh folder beside the workflows of a root, on their file system, where a workflow is made
/// whole before one rename puts it in place, or goes before it is removed. Goes away with this
/// object. It is locked, so that nobody takes it for one that a killed program left.
class FolderAside final {
 public:
  /// Throws a failure when the root cannot be written.
  explicit FolderAside(const std::filesystem::path& root);
  ~FolderAside();
  FolderAside(const FolderAside&) = delete;
  FolderAside& operator=(const FolderAside&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

/// Those that killed programs left below a root, sorted.
std::vector<std::filesystem::path> left_folders(const std::filesystem::path& root);

}  // namespace sciwright::coordinator
