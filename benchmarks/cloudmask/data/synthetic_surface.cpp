#include "cloudmask/data/synthetic_surface.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.h"
#include "cloudmask/data/noise_field.h"

namespace sciwright::cloudmask {
namespace {

using Spectrum = std::array<float, kNumReflectances>;

// Top-of-atmosphere reflectances at S1 … S6 without clouds: Rayleigh scattering lifts the first.
// S4 is before absorption by vapour.
constexpr Spectrum kSea = {0.085F, 0.05F, 0.03F, 0.03F, 0.01F, 0.006F};
constexpr Spectrum kGreen = {0.11F, 0.08F, 0.34F, 0.3F, 0.21F, 0.1F};
constexpr Spectrum kDesert = {0.24F, 0.33F, 0.4F, 0.42F, 0.47F, 0.42F};
constexpr Spectrum kSnow = {0.82F, 0.8F, 0.74F, 0.4F, 0.12F, 0.09F};

constexpr float kSeaS7 = 0.02F;
constexpr float kGreenS7 = 0.04F;
constexpr float kDesertS7 = 0.16F;
constexpr float kSnowS7 = 0.03F;

constexpr double kFreezingSeaK = 271.4;

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

double latitude_of_row(ImageSize size, const SceneGeometry& g, int row) {
  constexpr double kKmPerDegree = 111.2;
  return g.latitude_deg + (size.height_px / 2.0 - row) / kKmPerDegree;
}

/// Rises from 0 to 1 between `low` and `high`.
float ramp(float value, float low, float high) {
  return std::clamp((value - low) / (high - low), 0.0F, 1.0F);
}

void mix(SurfacePixel& pixel, const Spectrum& other, float other_s7, float share) {
  for (int band = 0; band < kNumReflectances; ++band) {
    pixel.reflectance[band] += share * (other[band] - pixel.reflectance[band]);
  }
  pixel.reflectance_s7 += share * (other_s7 - pixel.reflectance_s7);
}

}  // namespace

float SceneGeometry::sun_cosine(ImageSize size, int row, int column) const {
  if (!is_day) return 0;
  constexpr double kHourAngleDeg = -30;
  const double latitude = radians(latitude_of_row(size, *this, row));
  const double km_per_degree = 111.2 * std::cos(latitude);
  const double east_deg = (column - size.width_px / 2.0) / km_per_degree;
  const double declination = radians(declination_deg);
  return static_cast<float>(std::max(0.02, std::sin(latitude) * std::sin(declination) +
                                               std::cos(latitude) * std::cos(declination) *
                                                   std::cos(radians(kHourAngleDeg + east_deg))));
}

SyntheticSurface::SyntheticSurface(ImageSize size, const SceneGeometry& geometry,
                                   double land_fraction, std::uint64_t seed, int num_threads)
    : size_(size), geometry_(geometry), land_(size) {
  relief_ = noise_field(size, {.largest_px = 500, .roughness = 0.8}, derive_seed(seed, "relief"),
                        num_threads);
  fine_ = noise_field(size, {.largest_px = 120, .roughness = 0.6}, derive_seed(seed, "fine"),
                      num_threads);
  dryness_ = noise_field(size, {.largest_px = 300, .roughness = 0.6}, derive_seed(seed, "dryness"),
                         num_threads);
  coast_ = upper_quantile(relief_, land_fraction);
  for (std::size_t i = 0; i < relief_.size(); ++i) land_.values[i] = relief_[i] > coast_;
  RandomStream random(derive_seed(seed, "weather"));
  sea_level_air_k_ = 3 * random.normal();
  glint_column_ = random.uniform(-0.2, 1.2) * size.width_px;
}

SurfacePixel SyntheticSurface::pixel(int row, int column) const {
  const std::size_t i = static_cast<std::size_t>(row) * size_.width_px + column;
  const double latitude = latitude_of_row(size_, geometry_, row);
  // Zonal mean surface temperature: 300 K in the tropics, 272 K at 65° (Hartmann 1994, ch. 1).
  const double c = std::cos(radians(latitude));
  const double zonal_k = 265.5 + 34.5 * c * c;
  const float fine = fine_[i];
  SurfacePixel p{};
  p.vapour_cm = static_cast<float>(
      std::clamp(4.2 * (zonal_k - 262) / 38 + 0.4 * dryness_[i] + 0.2, 0.2, 6.0));
  if (land_.values[i] == 0) {
    const double sea_k = std::max(zonal_k + 1.2 * fine, kFreezingSeaK);
    p.reflectance = kSea;
    p.reflectance_s7 = kSeaS7;
    p.skin_k = static_cast<float>(sea_k);
    p.air_k = static_cast<float>(sea_k - 1 + 0.5 * sea_level_air_k_);
    if (geometry_.is_day) {
      const double distance = (column - glint_column_) / 130.0;
      const auto glint =
          static_cast<float>(0.3 * std::exp(-distance * distance) * std::max(0.2, 1 + 0.3 * fine));
      for (float& value : p.reflectance) value += glint;
      p.reflectance_s7 += glint;
    }
    const float ice =
        ramp(dryness_[i] + 0.3F * fine, 0.2F, 0.5F) * ramp(static_cast<float>(latitude), 58, 64);
    mix(p, kSnow, kSnowS7, ice);
    p.skin_k -= ice * (8 + 2 * fine);
    return p;
  }
  const float height_km = std::max(0.0F, 1.3F * (relief_[i] - coast_) + 0.12F * fine);
  const double sun = geometry_.sun_cosine(size_, row, column);
  const double ground_k = geometry_.is_day ? 18 * sun - 2 : -6;
  const float dry =
      ramp(dryness_[i] + 0.3F * fine, -0.2F, 1.2F) * ramp(static_cast<float>(latitude), 52, 30);
  p.air_k = static_cast<float>(zonal_k + sea_level_air_k_);
  p.skin_k = p.air_k - 6.5F * height_km + 1.5F * fine + static_cast<float>(ground_k) * (0.5F + dry);
  p.vapour_cm *= std::exp(-height_km / 2);
  p.reflectance = kGreen;
  p.reflectance_s7 = kGreenS7;
  mix(p, kDesert, kDesertS7, dry);
  const float snow_line_km = ramp(static_cast<float>(latitude), 66, 35) * 3.2F;
  const float snow =
      ramp(height_km + 0.25F * fine - 0.3F * dryness_[i], snow_line_km, snow_line_km + 0.3F);
  mix(p, kSnow, kSnowS7, snow);
  p.skin_k = std::min(p.skin_k, p.skin_k + snow * (272 - p.skin_k));
  for (float& value : p.reflectance) value *= std::max(0.5F, 1 + 0.1F * fine);
  return p;
}

}  // namespace sciwright::cloudmask
