#include "cloudmask/data/fetch.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/bucket.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;

/// A part of the set and its folder's names in the bucket, the newer first.
struct Part {
  std::string name;
  std::vector<std::string> folders;
};

const Part kParts[] = {{"training", {"training", "one-day"}}, {"inference", {"inference", "ssts"}}};

/// A key that names a file below the folder, and nothing outside it.
bool is_safe(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && !name.ends_with('/') && path.is_relative() &&
         std::find(path.begin(), path.end(), "..") == path.end();
}

bool is_there(const fs::path& path, std::int64_t num_bytes) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return !error && static_cast<std::int64_t>(size) == num_bytes;
}

std::vector<RemoteScene> list_part(const FetchSettings& settings, const Part& part,
                                   const fs::path& directory, const io::DownloadOptions& options) {
  std::vector<RemoteScene> scenes;
  for (const std::string& folder : part.folders) {
    const std::string prefix = settings.prefix + "/" + folder + "/";
    for (const BucketObject& object : list_bucket(settings.base_url, prefix, options)) {
      if (!object.key.starts_with(prefix)) continue;
      const std::string name = object.key.substr(prefix.size());
      if (!is_safe(name)) continue;
      if (settings.limit > 0 && scenes.size() >= static_cast<std::size_t>(settings.limit)) break;
      const fs::path path = directory / part.name / name;
      scenes.push_back({object_url(settings.base_url, object.key), path, object.num_bytes,
                        is_there(path, object.num_bytes)});
    }
    if (!scenes.empty()) break;
  }
  return scenes;
}

std::int64_t total_bytes(const std::vector<RemoteScene>& scenes, bool only_there) {
  std::int64_t sum = 0;
  for (const RemoteScene& scene : scenes) {
    if (!only_there || scene.is_there) sum += scene.num_bytes;
  }
  return sum;
}

double gigabytes(std::int64_t bytes) { return static_cast<double>(bytes) / 1e9; }

void require_space(const std::vector<RemoteScene>& scenes) {
  if (scenes.empty()) return;
  const std::int64_t needed = total_bytes(scenes, false) - total_bytes(scenes, true);
  const fs::path folder = scenes.front().path.parent_path();
  const auto available = static_cast<std::int64_t>(fs::space(folder).available);
  if (needed > available) {
    throw usage_error(fmt::format("{}: {:.1f} GB are still to be fetched, but {:.1f} GB are free",
                                  folder.string(), gigabytes(needed), gigabytes(available)));
  }
}

}  // namespace

std::vector<RemoteScene> plan_fetch(const FetchSettings& given, const fs::path& directory,
                                    const io::DownloadOptions& options) {
  FetchSettings settings = given;
  for (std::string* text : {&settings.base_url, &settings.prefix}) {
    while (text->ends_with('/')) text->pop_back();
  }
  std::vector<RemoteScene> scenes;
  bool is_known = settings.part.empty();
  for (const Part& part : kParts) {
    if (!settings.part.empty() && settings.part != part.name) continue;
    is_known = true;
    const auto listed = list_part(settings, part, directory, options);
    scenes.insert(scenes.end(), listed.begin(), listed.end());
  }
  if (!is_known) {
    throw usage_error(
        fmt::format("fetch: the part is '{}', must be training or inference", settings.part));
  }
  if (scenes.empty()) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}/{}: there are no files of this set in the bucket; --base-url and "
                            "--prefix name another place",
                            settings.base_url, settings.prefix));
  }
  return scenes;
}

void fetch_scenes(const std::vector<RemoteScene>& scenes, const io::DownloadOptions& options,
                  const std::function<void(std::size_t index)>& progress) {
  for (const RemoteScene& scene : scenes) make_directories(scene.path.parent_path());
  require_space(scenes);
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const RemoteScene& scene = scenes[i];
    if (scene.is_there) continue;
    if (progress) progress(i);
    const io::Downloaded got = io::download(scene.url, scene.path, options);
    if (got.num_bytes != scene.num_bytes) {
      fs::remove(scene.path);
      throw Error(ErrorKind::kMismatch,
                  fmt::format("{}: {} bytes came, but {} are listed; the file is removed",
                              scene.url, got.num_bytes, scene.num_bytes));
    }
  }
}

std::string plan_text(const std::vector<RemoteScene>& scenes) {
  const auto num_there = std::count_if(scenes.begin(), scenes.end(),
                                       [](const RemoteScene& scene) { return scene.is_there; });
  return fmt::format("{} files, {:.1f} GB; {} files, {:.1f} GB of them are there", scenes.size(),
                     gigabytes(total_bytes(scenes, false)), num_there,
                     gigabytes(total_bytes(scenes, true)));
}

}  // namespace sciwright::cloudmask
