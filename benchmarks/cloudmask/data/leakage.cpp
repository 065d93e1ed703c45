#include "cloudmask/data/leakage.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cloudmask/data/scene_name.h"
#include "cloudmask/data/split.h"

namespace sciwright::cloudmask {
namespace {

constexpr std::size_t kMaxExamples = 3;

/// Frames follow each other without a gap; names round to seconds.
constexpr std::int64_t kTouchingS = 2;

struct Frame {
  std::int64_t start_s;
  std::int64_t stop_s;
  std::string name;
};

/// The training scenes, ready to be asked.
struct Index {
  std::map<std::string, std::string> by_name;        ///< Name or content hash → name.
  std::map<std::string, std::vector<Frame>> frames;  ///< By mission.
  std::map<std::string, std::string> by_orbit;
};

Index index_of(const std::vector<SceneIdentity>& scenes) {
  Index index;
  for (const SceneIdentity& scene : scenes) {
    index.by_name[scene.name] = scene.name;
    if (!scene.content_hash.empty()) index.by_name[scene.content_hash] = scene.name;
    if (const auto parts = parse_scene_name(scene.name)) {
      index.frames[parts->mission].push_back({parts->start_s, parts->stop_s, scene.name});
      index.by_orbit[scene_groups({scene.name}, false)[0]] = scene.name;
    }
  }
  return index;
}

const std::string* find(const std::map<std::string, std::string>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

const std::string* find_neighbour(const Index& index, const SceneName& parts) {
  const auto mission = index.frames.find(parts.mission);
  if (mission == index.frames.end()) return nullptr;
  const auto found =
      std::find_if(mission->second.begin(), mission->second.end(), [&](const Frame& frame) {
        return frame.start_s <= parts.stop_s + kTouchingS &&
               parts.start_s <= frame.stop_s + kTouchingS;
      });
  return found == mission->second.end() ? nullptr : &found->name;
}

}  // namespace

LeakageReport find_leakage(const std::vector<SceneIdentity>& training,
                           const std::vector<SceneIdentity>& other) {
  const Index index = index_of(training);
  LeakageReport report;
  report.num_scenes = static_cast<int>(other.size());
  const auto note = [&](int& counter, const std::string& scene, const char* how,
                        const std::string& of) {
    ++counter;
    if (report.examples.size() < kMaxExamples) {
      report.examples.push_back(fmt::format("{} {} {}", scene, how, of));
    }
  };
  for (const SceneIdentity& scene : other) {
    const std::string* same = find(index.by_name, scene.name);
    if (same == nullptr && !scene.content_hash.empty()) {
      same = find(index.by_name, scene.content_hash);
    }
    const auto parts = parse_scene_name(scene.name);
    if (!parts) ++report.num_unnamed;
    if (same != nullptr) {
      note(report.num_duplicates, scene.name, "is", *same);
    } else if (const auto* next = parts ? find_neighbour(index, *parts) : nullptr) {
      note(report.num_neighbours, scene.name, "touches", *next);
    } else if (const auto* orbit =
                   parts ? find(index.by_orbit, scene_groups({scene.name}, false)[0]) : nullptr) {
      note(report.num_same_orbit, scene.name, "is of the same orbit as", *orbit);
    }
  }
  return report;
}

std::string leakage_text(const LeakageReport& r, const std::string& other_part) {
  std::string text = fmt::format(
      "Of {} {} scenes {} are training scenes, {} touch one, {} are of the same orbit as one",
      r.num_scenes, other_part, r.num_duplicates, r.num_neighbours, r.num_same_orbit);
  if (r.num_unnamed > 0) {
    text += fmt::format("; the names of {} tell neither time nor orbit", r.num_unnamed);
  }
  text += ".";
  if (!r.examples.empty()) text += " For example: " + r.examples.front() + ".";
  return text;
}

nlohmann::json leakage_json(const LeakageReport& r) {
  return {{"num_scenes", r.num_scenes},         {"num_duplicates", r.num_duplicates},
          {"num_neighbours", r.num_neighbours}, {"num_same_orbit", r.num_same_orbit},
          {"num_unnamed", r.num_unnamed},       {"examples", r.examples}};
}

}  // namespace sciwright::cloudmask
