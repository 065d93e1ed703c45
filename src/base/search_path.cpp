#include "base/search_path.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <unistd.h>

namespace sciwright {

bool is_on_path(const std::string& program) {
  const char* search_path = std::getenv("PATH");
  std::istringstream folders(search_path == nullptr ? "" : search_path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace sciwright
