#pragma once

#include <array>

namespace sciwright::cloudmask {

/// SLSTR's channels: six reflectances, then three brightness temperatures.
inline constexpr int kNumReflectances = 6;
inline constexpr int kNumTemperatures = 3;

/// What lies below the clouds of a synthetic pixel.
struct SurfacePixel {
  std::array<float, kNumReflectances> reflectance;  ///< S1 … S6, air included.
  float reflectance_s7;
  float skin_k;     ///< Temperature of sea or ground.
  float air_k;      ///< Of the air at sea level; it falls by 6.5 K a km.
  float vapour_cm;  ///< Precipitable water.
};

/// One cloud layer over a pixel.
struct CloudPixel {
  float thickness = 0;  ///< Optical thickness in the visible; 0 is no cloud.
  float top_km = 0;
  bool is_ice = false;
};

/// Low, middle and high.
inline constexpr int kNumLayers = 3;
using CloudColumn = std::array<CloudPixel, kNumLayers>;  ///< Lowest first.

/// S1 … S9 as a sensor above would see them, without noise: reflectances (0 at night) and K.
/// `sun_cosine` is the cosine of the solar zenith angle, 0 or less at night.
///
/// A simple but physical model: clouds reflect as two-stream layers, x / (2 + x) with x = (1 − g) τ
/// (Bohren 1987, Am. J. Phys. 55), ice and water absorb at 1.6 and 2.3 µm; 1.37 µm sees only what
/// is above the water vapour; infrared radiances follow Planck's law at 3.742, 10.854 and 12.0225
/// µm, with emissivity 1 − exp(−τ/2), vapour that cools 12 µm more than 11 µm, and reflected
/// sunlight at 3.7 µm. The air cools by 6.5 K a km down to 205 K (ICAO standard atmosphere;
/// tropical tropopause).
std::array<float, kNumReflectances + kNumTemperatures> observe(const SurfacePixel& surface,
                                                               const CloudColumn& clouds,
                                                               float sun_cosine);

}  // namespace sciwright::cloudmask
