#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cloudmask/data/planes.h"
#include "cloudmask/data/scene_name.h"

namespace sciwright::cloudmask {

/// Which side of the Earth a scene shows.
enum class DayNight { kUnknown, kDay, kNight };

/// The sun is up where its zenith angle is below this.
inline constexpr double kHorizonZenithDeg = 90;

/// Where every pixel lies, [H, W].
struct Geolocation {
  std::vector<float> latitude_deg;
  std::vector<float> longitude_deg;
};

/// One satellite image with its labels.
struct Scene {
  std::string name = {};  ///< File name without extension.
  std::filesystem::path path = {};
  std::optional<SceneName> parts = {};  ///< What the name tells, for a Sentinel-3 product.
  DayNight day_night = DayNight::kUnknown;
  int num_reflectances = 0;  ///< Channels that are reflectances; they come first.
  Planes image = {};  ///< Reflectances (S1 … S6), then brightness temperatures (S7 … S9), K.
  std::vector<int> absent_reflectances = {};  ///< Channels without any finite value: at night.
  Mask valid = {};                            ///< 1 where the image has data.
  Mask label = {};  ///< 1 where the labels say cloud; empty for an unlabelled scene.
  std::optional<Mask> summary = {};  ///< The product's summary_cloud, 1 is cloud.
  std::optional<Mask> truth = {};    ///< The true mask of a synthetic scene.
  std::optional<Mask> land = {};     ///< 1 on land, where that is known.
  std::optional<Geolocation> geolocation = {};
};

}  // namespace sciwright::cloudmask
