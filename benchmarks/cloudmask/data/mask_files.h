#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// A scene with its probabilities of cloud.
struct SceneMask {
  const Scene& scene;                  ///< As read, not normalised.
  std::span<const float> probability;  ///< [H, W]
  double threshold = 0.5;              ///< Cloud where the probability is above.
};

/// As the reference: dataset `mask`, [1, H, W, 1], probabilities (spec 2.3). Atomic, as all here.
void write_reference_mask(const std::filesystem::path& path, const SceneMask& mask);

/// netCDF-4 with CF-1.10 attributes: `cloud_probability` and `cloud_mask` (0 clear, 1 cloud, 255 no
/// data) on dimensions y and x, `latitude` and `longitude` where the scene has them, the times of a
/// Sentinel-3 name. `source` says what made it, for people.
void write_netcdf_mask(const std::filesystem::path& path, const SceneMask& mask,
                       const std::string& source);

/// What a scene looks like, [H, W, 3] red, green, blue: natural colours of S5, S3 and S1 by day,
/// the 11 µm temperature at night, what there is of other channels; pixels without data are blue.
std::vector<std::uint8_t> natural_colours(const Scene& scene);

/// Side by side: the scene (natural_colours) and the probability from black (clear) to white,
/// pixels without data blue. Bytes of a PNG.
std::string quick_look_png(const SceneMask& mask);

}  // namespace sciwright::cloudmask
