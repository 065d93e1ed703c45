#include "server/findings.h"

#include <algorithm>

#include "experiment/manifest.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 8;
constexpr std::size_t kMostFolders = 200'000;

}  // namespace

Findings find_below(const fs::path& root) {
  Findings found;
  std::error_code error;
  std::size_t num_folders = 0;
  const auto look = [&](const fs::path& folder) {
    if (fs::exists(folder / experiment::kManifestFile, error)) found.studies.push_back(folder);
    if (fs::exists(folder / "result.json", error)) found.runs.push_back(folder);
  };
  look(root);
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
  while (!error && at != fs::recursive_directory_iterator() && num_folders < kMostFolders) {
    const bool is_folder = at->is_directory(error) && !at->is_symlink(error);
    const bool is_hidden = at->path().filename().string().starts_with('.');
    if (is_folder && !is_hidden) {
      ++num_folders;
      look(at->path());
    }
    if (is_hidden || at.depth() >= kDeepest) at.disable_recursion_pending();
    error.clear();
    at.increment(error);
  }
  std::ranges::sort(found.studies);
  std::ranges::sort(found.runs);
  return found;
}

std::string name_of(const fs::path& root, const fs::path& folder) {
  std::string name = folder.lexically_relative(root).generic_string();
  if (name.empty() || name == ".") return "~";
  std::ranges::replace(name, '/', '~');
  return name;
}

fs::path folder_named(const fs::path& root, const std::string& name) {
  if (name == "~") return root;
  std::string relative = name;
  std::ranges::replace(relative, '~', '/');
  std::error_code error;
  const fs::path home = fs::canonical(root, error);
  const fs::path folder = fs::canonical(home / fs::path(relative).relative_path(), error);
  if (error) return {};
  const auto [end, ignored] = std::ranges::mismatch(home, folder);
  return end == home.end() ? folder : fs::path();
}

}  // namespace sciwright::server
