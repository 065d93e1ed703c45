#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sciwright::experiment {

/// How code gets into the folders of experiments.
enum class CopyMethod {
  kCopy,  ///< A copy; where the file system can, one that shares its blocks until it is changed.
  kLink,  ///< A hard link: no space, but a change is a change in all folders.
};

/// Files and folders that every experiment gets.
class CodeCopy final {
 public:
  /// `list` in hostlist notation ("run.py,data[1-3].csv"). Throws a usage error that names all that
  /// are missing, have the same name, or (as `..`) none of their own.
  CodeCopy(const std::string& list, CopyMethod method);

  /// Throws a usage error for a folder that holds the study's own, of which copies would have
  /// copies, and for names in `taken`, which would not be copied.
  void check(const std::filesystem::path& study, const std::vector<std::string>& taken) const;

  /// Puts into a folder what is not there yet: files by their names, folders with what is in them.
  /// `made` grows by each before it is made. Throws a failure that names the file.
  void put_into(const std::filesystem::path& folder,
                std::vector<std::filesystem::path>& made) const;

 private:
  void put(const std::filesystem::path& from, const std::filesystem::path& to) const;

  std::vector<std::filesystem::path> sources_;
  CopyMethod method_;
};

}  // namespace sciwright::experiment
