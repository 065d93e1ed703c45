#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// What a scene file holds besides the scene itself.
struct SceneExtras {
  std::vector<std::uint8_t> bayes = {};  ///< Flag words [H, W]; empty writes the label as 0 and 1.
  std::vector<float> radiances = {};     ///< [H, W, R], as the reference's `rads`; empty: none.
  std::optional<double> solar_zenith_deg = {};  ///< In the middle of the scene.
};

/// All that a scene file holds.
struct SceneContent {
  Scene scene = {};
  SceneExtras extras = {};
};

/// Writes the benchmark's HDF5 layout (spec 1.2), chunked and packed, atomically: `refs`, `bts` as
/// float32, `bayes` as uint8, and what else there is (`rads`, `summary`, `truth`, `land`,
/// `latitude`, `longitude`). Equal
/// scenes give equal bytes.
void write_scene(const std::filesystem::path& path, const Scene& scene,
                 const SceneExtras& extras = {});

}  // namespace sciwright::cloudmask
