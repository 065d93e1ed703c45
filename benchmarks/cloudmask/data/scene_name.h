#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sciwright::cloudmask {

/// What the name of a Sentinel-3 product tells:
/// S3A_SL_1_RBT____<start>_<stop>_<creation>_<duration>_<cycle>_<orbit>_<frame>_<centre>_<platform>_
/// <timeliness>_<collection>, in the Sentinel-3 PDGS file naming convention. Times are UTC seconds
/// since 1970.
struct SceneName {
  std::string mission;  ///< "S3A" or "S3B".
  std::int64_t start_s = 0;
  std::int64_t stop_s = 0;
  std::int64_t creation_s = 0;
  int duration_s = 0;
  int cycle = 0;
  int relative_orbit = 0;  ///< 1 … 385.
  int frame = 0;           ///< Along the track.
  std::string centre;      ///< "LN2", "LR1", "PS2", …
  std::string platform;    ///< "O" operational, "R" reference, "D" development.
  std::string timeliness;  ///< "NR", "ST" or "NT".
  std::string collection;  ///< "003", "004", …

  bool operator==(const SceneName&) const = default;
};

/// The parts of a file or folder name; its extension does not matter. Nothing when it is no such
/// name.
std::optional<SceneName> parse_scene_name(const std::string& name);

/// The name without extension.
std::string format_scene_name(const SceneName& name);

}  // namespace sciwright::cloudmask
