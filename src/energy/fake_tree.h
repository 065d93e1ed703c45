#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"

namespace sciwright::energy {

/// A folder that stands for / in tests: files of /sys and /proc as a test wants them.
class FakeTree final {
 public:
  std::filesystem::path path() const { return directory_.path(); }

  /// Writes `content` and a line end, as the kernel does; makes the folders on the way.
  void put(const std::string& name, const std::string& content) const {
    const std::filesystem::path file = path() / name;
    make_directories(file.parent_path());
    std::ofstream(file) << content << '\n';
  }

  /// Several files of one folder.
  void put_all(const std::string& folder,
               const std::vector<std::pair<std::string, std::string>>& files) const {
    for (const auto& [name, content] : files) put(folder + name, content);
  }

  void remove(const std::string& name) const { std::filesystem::remove_all(path() / name); }

 private:
  TemporaryDirectory directory_;
};

}  // namespace sciwright::energy
