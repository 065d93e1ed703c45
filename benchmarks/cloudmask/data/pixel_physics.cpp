#include "cloudmask/data/pixel_physics.h"

#include <algorithm>
#include <cmath>

namespace sciwright::cloudmask {
namespace {

constexpr int kCirrusBand = 3;  // S4, 1.37 µm

/// Share of a cloud's conservative reflectance that is left at S1 … S6.
constexpr std::array<float, kNumReflectances> kWaterAlbedo = {1, 1, 1, 1, 0.88F, 0.72F};
constexpr std::array<float, kNumReflectances> kIceAlbedo = {1, 1, 1, 0.9F, 0.5F, 0.42F};

/// h c / (k λ), K, at S7, S8, S9.
constexpr std::array<float, kNumTemperatures> kPlanckK = {3844.9F, 1325.6F, 1196.7F};
/// Infrared emission optical thickness relative to 11 µm; thin ice is thicker at 12 µm.
constexpr std::array<float, kNumTemperatures> kWaterThickness = {0.95F, 1, 1.1F};
constexpr std::array<float, kNumTemperatures> kIceThickness = {0.9F, 1, 1.25F};
/// Cooling of the surface's signal by vapour, K a cm.
constexpr std::array<float, kNumTemperatures> kVapourCoolingK = {0.4F, 0.8F, 1.4F};
/// The sun's radiance off a white surface at 3.742 µm (10.8 W m⁻² µm⁻¹ / π) in units of 2 h c² /
/// λ⁵.
constexpr float kSunS7 = 2.1e-5F;

float planck(float planck_k, float temperature_k) {
  return 1 / (std::exp(planck_k / temperature_k) - 1);
}

float brightness_temperature(float planck_k, float radiance) {
  return planck_k / std::log1p(1 / radiance);
}

/// Reflectance of a cloud that absorbs nothing.
float two_stream(float thickness) {
  constexpr float kAsymmetry = 0.85F;
  const float x = (1 - kAsymmetry) * thickness;
  return x / (2 + x);
}

/// How much of the light at 1.37 µm comes through the vapour above a height, down and up.
float cirrus_band_transmission(float vapour_cm, float height_km) {
  constexpr float kPerCm = 6;
  constexpr float kScaleHeightKm = 2;
  return std::exp(-kPerCm * vapour_cm * std::exp(-height_km / kScaleHeightKm));
}

float reflectance_s7(const CloudPixel& cloud) {
  return (cloud.is_ice ? 0.06F : 0.3F) * two_stream(cloud.thickness);
}

}  // namespace

std::array<float, kNumReflectances + kNumTemperatures> observe(const SurfacePixel& surface,
                                                               const CloudColumn& clouds,
                                                               float sun_cosine) {
  const bool is_day = sun_cosine > 0;
  std::array<float, kNumReflectances> reflected = surface.reflectance;
  reflected[kCirrusBand] *= cirrus_band_transmission(surface.vapour_cm, 0);
  std::array<float, kNumTemperatures> radiance{};
  for (int band = 0; band < kNumTemperatures; ++band) {
    radiance[band] =
        planck(kPlanckK[band], surface.skin_k - kVapourCoolingK[band] * surface.vapour_cm);
  }
  float reflected_s7 = surface.reflectance_s7;
  radiance[0] *= 1 - surface.reflectance_s7;

  for (const CloudPixel& cloud : clouds) {
    if (cloud.thickness <= 0) continue;
    const float mirror = two_stream(cloud.thickness);
    const float through = 1 - mirror;
    const auto& albedo = cloud.is_ice ? kIceAlbedo : kWaterAlbedo;
    for (int band = 0; band < kNumReflectances; ++band) {
      const float own = albedo[band] * mirror;
      const float passes = through * (1 - (1 - albedo[band]) * std::min(1.0F, 2 * mirror));
      const float between = 1 - own * reflected[band];
      if (band == kCirrusBand) {
        reflected[band] = own * cirrus_band_transmission(surface.vapour_cm, cloud.top_km) +
                          passes * passes * reflected[band];
      } else {
        reflected[band] = own + passes * passes * reflected[band] / between;
      }
    }
    const float top_k = std::max(surface.air_k - 6.5F * cloud.top_km, 205.0F);
    const auto& thickness = cloud.is_ice ? kIceThickness : kWaterThickness;
    for (int band = 0; band < kNumTemperatures; ++band) {
      const float transmission = std::exp(-0.5F * cloud.thickness * thickness[band]);
      const float emissivity = (1 - transmission) * (band == 0 ? 1 - reflectance_s7(cloud) : 1.0F);
      radiance[band] = emissivity * planck(kPlanckK[band], top_k) + transmission * radiance[band];
    }
    reflected_s7 = reflectance_s7(cloud) + through * through * reflected_s7;
  }

  std::array<float, kNumReflectances + kNumTemperatures> seen{};
  if (is_day) {
    std::copy(reflected.begin(), reflected.end(), seen.begin());
    radiance[0] += kSunS7 * sun_cosine * reflected_s7;
  }
  for (int band = 0; band < kNumTemperatures; ++band) {
    seen[static_cast<std::size_t>(kNumReflectances + band)] =
        brightness_temperature(kPlanckK[band], radiance[band]);
  }
  return seen;
}

}  // namespace sciwright::cloudmask
