#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sciwright::cloudmask {

/// A scene as far as it can be found again.
struct SceneIdentity {
  std::string name;               ///< File name without extension.
  std::string content_hash = {};  ///< Of its channels; empty: not compared.
  std::string label_hash = {};    ///< Of its labels, as they were read.

  auto operator<=>(const SceneIdentity&) const = default;
};

/// What two parts of a data set share.
struct LeakageReport {
  int num_duplicates = 0;  ///< Scenes of the second part that are in the first: name or content.
  int num_neighbours =
      0;  ///< That touch or overlap one in time, by the same satellite: next frames.
  int num_same_orbit = 0;  ///< Of an orbit pass (mission, cycle, orbit) that is in the first.
  int num_scenes = 0;      ///< Of the second part.
  int num_unnamed = 0;     ///< Whose names tell neither time nor orbit.
  std::vector<std::string> examples;  ///< At most three sentences.

  bool leaks() const { return num_duplicates + num_neighbours + num_same_orbit > 0; }
};

/// Looks for scenes of `other` (validation, test) in or beside those of `training`.
LeakageReport find_leakage(const std::vector<SceneIdentity>& training,
                           const std::vector<SceneIdentity>& other);

/// One sentence for people.
std::string leakage_text(const LeakageReport& report, const std::string& other_part);
nlohmann::json leakage_json(const LeakageReport& report);

}  // namespace sciwright::cloudmask
