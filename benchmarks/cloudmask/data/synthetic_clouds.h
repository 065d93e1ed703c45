#pragma once

#include <cstdint>
#include <vector>

#include "cloudmask/data/pixel_physics.h"
#include "cloudmask/data/planes.h"

namespace sciwright::cloudmask {

/// The clouds of a scene: broken low clouds nearly as warm as the sea, thick middle and high ones,
/// and streaks of cirrus, most of it thin.
class SyntheticClouds final {
 public:
  /// Together the layers cover about `cloud_fraction` of the scene, shared out at random.
  SyntheticClouds(ImageSize size, double cloud_fraction, std::uint64_t seed, int num_threads);

  CloudColumn column(std::size_t pixel) const;

 private:
  struct Layer {
    std::vector<float> cover;    ///< Noise; cloud where it exceeds the edge.
    std::vector<float> texture;  ///< Noise of thickness and height.
    float edge = 0;
  };
  std::array<Layer, kNumLayers> layers_;
};

/// Visible optical thickness of all layers.
float total_thickness(const CloudColumn& column);

}  // namespace sciwright::cloudmask
