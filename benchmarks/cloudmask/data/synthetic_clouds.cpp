#include "cloudmask/data/synthetic_clouds.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "cloudmask/data/noise_field.h"

namespace sciwright::cloudmask {
namespace {

/// How a kind of cloud looks. Heights and thicknesses after the ISCCP classes (Rossow and Schiffer
/// 1999, BAMS 80): low tops below 680 hPa (3 km), cirrus thinner than 3.6.
struct Kind {
  const char* name;
  NoiseShape cover;
  float thickness_scale;  ///< Thickness where the cover is one standard deviation above its edge.
  float base_km;          ///< Top of the thinnest cloud,
  float rise_km;          ///< and how much higher it is one standard deviation above the edge.
  bool is_ice;
};

constexpr std::array<Kind, kNumLayers> kKinds = {{
    {"low",
     {.largest_px = 90, .smallest_px = 2, .roughness = 0.28, .stretch = 1},
     9,
     0.7F,
     0.9F,
     false},
    {"middle",
     {.largest_px = 350, .smallest_px = 2, .roughness = 0.45, .stretch = 1},
     16,
     3,
     3.5F,
     false},
    {"cirrus",
     {.largest_px = 250, .smallest_px = 2, .roughness = 0.4, .stretch = 2.5},
     1.1F,
     8,
     1.5F,
     true},
}};

/// Above this height clouds are ice.
constexpr float kGlaciationKm = 6;

/// Cover of each layer so that 1 − Π (1 − cover) is the cover of all.
std::array<double, kNumLayers> share_out(double cloud_fraction, std::uint64_t seed) {
  RandomStream random(seed);
  std::array<double, kNumLayers> parts{};
  double sum = 0;
  for (double& part : parts) sum += part = random.exponential();
  const double clear_log = std::log(1 - std::min(cloud_fraction, 0.995));
  for (double& part : parts) part = 1 - std::exp(clear_log * part / sum);
  return parts;
}

}  // namespace

SyntheticClouds::SyntheticClouds(ImageSize size, double cloud_fraction, std::uint64_t seed,
                                 int num_threads) {
  const auto covers = share_out(cloud_fraction, derive_seed(seed, "covers"));
  for (std::size_t k = 0; k < kNumLayers; ++k) {
    Layer& layer = layers_[k];
    layer.cover =
        noise_field(size, kKinds[k].cover, derive_seed(seed, kKinds[k].name), num_threads);
    layer.texture = noise_field(size, {.largest_px = 40, .roughness = 0.3},
                                derive_seed(seed, kKinds[k].name, 1), num_threads);
    layer.edge = upper_quantile(layer.cover, covers[k]);
  }
}

CloudColumn SyntheticClouds::column(std::size_t pixel) const {
  CloudColumn column{};
  for (std::size_t k = 0; k < kNumLayers; ++k) {
    const Layer& layer = layers_[k];
    const float above = layer.cover[pixel] - layer.edge;
    if (above <= 0) continue;
    const float texture = layer.texture[pixel];
    column[k].thickness =
        kKinds[k].thickness_scale * above * std::sqrt(above) * std::exp(0.5F * texture);
    column[k].top_km = kKinds[k].base_km + kKinds[k].rise_km * std::min(above, 2.0F) *
                                               std::max(0.3F, 1 + 0.2F * texture);
    column[k].is_ice = kKinds[k].is_ice || column[k].top_km > kGlaciationKm;
  }
  return column;
}

float total_thickness(const CloudColumn& column) {
  float sum = 0;
  for (const CloudPixel& cloud : column) sum += cloud.thickness;
  return sum;
}

}  // namespace sciwright::cloudmask
