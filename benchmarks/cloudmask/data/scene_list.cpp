#include "cloudmask/data/scene_list.h"

#include <algorithm>
#include <fnmatch.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"

namespace sciwright::cloudmask {

namespace fs = std::filesystem;

std::vector<fs::path> find_scenes(const fs::path& root, const std::vector<std::string>& patterns) {
  std::error_code error;
  if (fs::is_regular_file(root, error)) return {root};
  if (!fs::is_directory(root, error)) {
    throw usage_error(fmt::format("{}: there is no such file or folder", root.string()));
  }
  const auto matches = [&](const fs::path& path) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), path.filename().c_str(), 0) == 0;
    });
  };
  std::vector<fs::path> scenes;
  std::size_t num_files = 0;
  const auto options = fs::directory_options::follow_directory_symlink;
  for (const auto& entry : fs::recursive_directory_iterator(root, options)) {
    if (!entry.is_regular_file()) continue;
    ++num_files;
    if (matches(entry.path())) scenes.push_back(entry.path());
  }
  if (scenes.empty()) {
    throw usage_error(fmt::format("{}: none of its {} files is a scene ({})", root.string(),
                                  num_files, fmt::join(patterns, ", ")));
  }
  std::sort(scenes.begin(), scenes.end());
  return scenes;
}

DayNight day_night_of(const fs::path& path) {
  for (const fs::path& part : path.parent_path()) {
    if (part == "day") return DayNight::kDay;
    if (part == "night") return DayNight::kNight;
  }
  return DayNight::kUnknown;
}

}  // namespace sciwright::cloudmask
