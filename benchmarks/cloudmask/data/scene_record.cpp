#include "cloudmask/data/scene_record.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kFormatVersion = 1;

Json to_json(const std::vector<SceneIdentity>& scenes) {
  Json out = Json::array();
  for (const SceneIdentity& scene : scenes) {
    out.push_back({{"name", scene.name},
                   {"content_hash", scene.content_hash},
                   {"label_hash", scene.label_hash}});
  }
  return out;
}

std::vector<SceneIdentity> from_json(const Json& json) {
  std::vector<SceneIdentity> scenes;
  for (const Json& scene : json) {
    scenes.push_back({scene.at("name"), scene.at("content_hash"), scene.at("label_hash")});
  }
  return scenes;
}

/// The scenes that are not among the others.
std::vector<SceneIdentity> without(std::vector<SceneIdentity> scenes,
                                   std::vector<SceneIdentity> others) {
  std::sort(scenes.begin(), scenes.end());
  std::sort(others.begin(), others.end());
  std::vector<SceneIdentity> left;
  std::set_difference(scenes.begin(), scenes.end(), others.begin(), others.end(),
                      std::back_inserter(left));
  return left;
}

/// What became of the scenes of one part since the run began.
void compare(const fs::path& file, const std::string& part, const std::vector<SceneIdentity>& then,
             const std::vector<SceneIdentity>& now, Problems& problems) {
  const auto say = [&](const std::string& scene, const char* what) {
    problems.push_back(
        fmt::format("{}: the run was begun with other {} scenes: {} {}; give the same scenes, or "
                    "begin a new run",
                    file.string(), part, scene, what));
  };
  std::map<std::string, int> unmatched;
  for (const SceneIdentity& scene : without(now, then)) ++unmatched[scene.name];
  for (const SceneIdentity& scene : without(then, now)) {
    const bool is_there = unmatched[scene.name]-- > 0;
    say(scene.name, is_there ? "has changed" : "is missing");
  }
  for (const auto& [name, count] : unmatched) {
    if (count > 0) say(name, "is new");
  }
}

}  // namespace

fs::path scene_record_file(const fs::path& run) { return run / "model" / "scenes.json"; }

void keep_scene_record(const fs::path& run, const SceneRecord& record) {
  const fs::path file = scene_record_file(run);
  if (!fs::exists(file)) {
    make_directories(file.parent_path());
    const Json json = {{"schema_version", kFormatVersion},
                       {"training", to_json(record.training)},
                       {"validation", to_json(record.validation)},
                       {"test", to_json(record.test)}};
    write_file_atomic(file, json.dump(1) + "\n");
    return;
  }
  const SceneRecord then = read_scene_record(run);
  Problems problems;
  compare(file, "training", then.training, record.training, problems);
  compare(file, "validation", then.validation, record.validation, problems);
  compare(file, "test", then.test, record.test, problems);
  throw_if_any(problems);
}

SceneRecord read_scene_record(const fs::path& run) {
  const fs::path file = scene_record_file(run);
  try {
    const Json json = Json::parse(read_file(file));
    if (json.at("schema_version") != kFormatVersion) {
      throw usage_error(fmt::format("{}: has the schema version {}, expected {}", file.string(),
                                    json.at("schema_version").dump(), kFormatVersion));
    }
    return {from_json(json.at("training")), from_json(json.at("validation")),
            from_json(json.at("test"))};
  } catch (const Json::exception&) {  // of the file's content
    throw usage_error(fmt::format("{}: is no list of scenes of a cloudmask run", file.string()));
  }
}

}  // namespace sciwright::cloudmask
