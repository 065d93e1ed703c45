#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cloudmask/data/planes.h"

namespace sciwright::cloudmask {

/// A test scene and what a run made of it, made smaller for the eye. What is not known is empty.
struct MaskView {
  std::string name = {};  ///< The scene's.
  ImageSize size = {};
  std::vector<std::uint8_t> rgb = {};   ///< natural_colours(), [H, W, 3].
  std::vector<float> probability = {};  ///< Of cloud, [H, W]; not-a-number: no data.
  Mask label = {};  ///< 1 cloud, 0 clear, 255 no data: what the run was scored against.
  std::string scored_against = "label";  ///< "label" or "truth"
  double threshold = 0.5;                ///< Cloud above it.
};

/// Of up to `most_scenes` of the masks in a run's folder, evenly from the first to the last by
/// name, averaged over blocks until no side has more than `most_px`. Scenes are looked for where
/// the run's configuration says; where they are gone, there is the mask alone. None for a run
/// without masks. Throws a usage error for files that are broken.
std::vector<MaskView> read_mask_views(const std::filesystem::path& run, std::size_t most_scenes,
                                      int most_px);

}  // namespace sciwright::cloudmask
