#include "cloudmask/data/scene_list.h"

#include <algorithm>
#include <fnmatch.h>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"

namespace sciwright::cloudmask {

namespace fs = std::filesystem;

namespace {

bool is_product(const fs::path& path) { return path.extension() == ".SEN3"; }

std::vector<fs::path> find(const fs::path& root, const std::vector<std::string>& patterns,
                           bool with_products) {
  std::error_code error;
  if (fs::is_regular_file(root, error)) return {root};
  if (!fs::is_directory(root, error)) {
    throw usage_error(fmt::format("{}: there is no such file or folder", root.string()));
  }
  if (with_products && is_product((root / "").parent_path())) return {root};
  const auto matches = [&](const fs::path& path) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), path.filename().c_str(), 0) == 0;
    });
  };
  std::vector<fs::path> scenes;
  std::size_t num_files = 0;
  const auto options = fs::directory_options::follow_directory_symlink;
  for (auto entry = fs::recursive_directory_iterator(root, options);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (with_products && entry->is_directory() && is_product(entry->path())) {
      scenes.push_back(entry->path());
      entry.disable_recursion_pending();
    }
    if (!entry->is_regular_file()) continue;
    ++num_files;
    if (matches(entry->path())) scenes.push_back(entry->path());
  }
  if (scenes.empty()) {
    throw usage_error(fmt::format("{}: none of its {} files is a scene ({}; see data.patterns){}",
                                  root.string(), num_files, fmt::join(patterns, ", "),
                                  with_products ? ", no folder a .SEN3 product" : ""));
  }
  std::sort(scenes.begin(), scenes.end());
  return scenes;
}

}  // namespace

std::vector<fs::path> find_scenes(const fs::path& root, const std::vector<std::string>& patterns) {
  return find(root, patterns, /*with_products=*/false);
}

std::vector<fs::path> find_scenes_and_products(const fs::path& root,
                                               const std::vector<std::string>& patterns) {
  return find(root, patterns, /*with_products=*/true);
}

void require_different_names(const std::vector<fs::path>& scenes) {
  Problems problems;
  std::map<std::string, fs::path> by_name;
  for (const fs::path& scene : scenes) {
    const auto [found, is_new] = by_name.emplace((scene / "").parent_path().stem(), scene);
    if (is_new) continue;
    problems.push_back(fmt::format("{}: has the name of {}; their masks would be one file",
                                   scene.string(), found->second.string()));
  }
  throw_if_any(problems);
}

DayNight day_night_of(const fs::path& path) {
  for (const fs::path& part : path.parent_path()) {
    if (part == "day") return DayNight::kDay;
    if (part == "night") return DayNight::kNight;
  }
  return DayNight::kUnknown;
}

}  // namespace sciwright::cloudmask
