#pragma once

#include <vector>

#include "cloudmask/data/tiling.h"
#include "cloudmask/task/model.h"

namespace sciwright::cloudmask {

/// How a whole image goes through the network, by the settings of inference.
TilingPlan tiling_of(const Settings& settings, ImageSize image);

/// The channels of a scene as the network wants them. Throws a usage error for a scene with other
/// channels than the model's.
Planes network_input(const Model& model, const Scene& scene);

/// Probabilities of all tiles, [tiles, tile height, tile width]; a few tiles at a time go through
/// the network. Equal for any thread count up to rounding.
std::vector<float> tile_probabilities(const Model& model, const Planes& input,
                                      const TilingPlan& plan);

/// The tiles put together, [H, W].
std::vector<float> stitched(const TilingPlan& plan, const std::vector<float>& tiles);

}  // namespace sciwright::cloudmask
