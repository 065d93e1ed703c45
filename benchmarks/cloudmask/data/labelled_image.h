#pragma once

#include <filesystem>
#include <optional>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// Reads a labelled image of another sensor: .npz with `img` [H, W, C], reflectances, and `msk`
/// [H, W] or [H, W, 1], classes 0 cloud shadow, 1 water, 2 snow or ice, 3 land, 4 cloud (Wieland et
/// al. 2019, Remote Sensing of Environment 230). Cloud is 1, all else 0. The name is the file's.
Scene read_labelled_image(const std::filesystem::path& path);

/// How an image becomes a data set.
struct LabelledSet {
  int tile_px = 0;  ///< Cut into scenes of this size, from the top left; 0: whole.
  /// The quadrant (0 … 3, row by row) that tests, whole; tiles of the others train. Nothing: all
  /// tiles, without folders.
  std::optional<int> held_out = {};
};

/// Writes scene files: `directory`/<name>_<row>_<column>.hdf (row and column of the first pixel),
/// or with a quadrant held out `directory`/training/… and `directory`/inference/…. Throws a usage
/// error for tiles that do not fit in.
void write_labelled_set(const Scene& image, const LabelledSet& set,
                        const std::filesystem::path& directory);

}  // namespace sciwright::cloudmask
