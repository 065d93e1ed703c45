#pragma once

#include <cstdint>
#include <vector>

#include "cloudmask/data/pixel_physics.h"
#include "cloudmask/data/planes.h"

namespace sciwright::cloudmask {

/// Where and when a synthetic scene is taken.
struct SceneGeometry {
  double latitude_deg = 45;  ///< Of the middle; northern.
  bool is_day = true;        ///< Descending pass at 10:00 local time, else ascending at 22:00.
  double declination_deg = -8;
  /// Cosine of the solar zenith angle of a pixel; rows are 1 km, southwards; 0 at night.
  float sun_cosine(ImageSize size, int row, int column) const;
};

/// The Earth's surface of a scene: sea with eddies, sun glint and ice, land from green to desert
/// with mountains and snow.
class SyntheticSurface final {
 public:
  /// `land_fraction` of the pixels are land.
  SyntheticSurface(ImageSize size, const SceneGeometry& geometry, double land_fraction,
                   std::uint64_t seed, int num_threads);

  SurfacePixel pixel(int row, int column) const;
  const Mask& land() const { return land_; }

 private:
  ImageSize size_;
  SceneGeometry geometry_;
  Mask land_;
  std::vector<float> relief_;   ///< Noise that makes coasts and mountains.
  std::vector<float> fine_;     ///< Noise of temperature and brightness.
  std::vector<float> dryness_;  ///< Noise from green to desert, from snow to none.
  float coast_ = 0;             ///< Relief at the coast.
  double sea_level_air_k_ = 0;  ///< In the middle of the scene.
  double glint_column_ = 0;
};

}  // namespace sciwright::cloudmask
