#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "cloudmask/data/labelled_image.h"

namespace sciwright::cloudmask {

/// The folder of real cloud-mask data beside the project, or $SCIWRIGHT_SHARED's; for tests.
inline std::filesystem::path real_data_directory() {
  const char* shared = std::getenv("SCIWRIGHT_SHARED");
  const std::filesystem::path root =
      shared != nullptr ? std::filesystem::path(shared)
                        : std::filesystem::path(SCIWRIGHT_SOURCE_DIR) / ".." / "shared";
  return root / "data" / "cloud";
}

/// Skips a test where the real data are not there.
#define SKIP_WITHOUT_REAL_DATA()                                          \
  if (!std::filesystem::exists(real_data_directory())) {                  \
    GTEST_SKIP() << real_data_directory() << " is not there (real data)"; \
  }                                                                       \
  static_assert(true)

/// A labelled image, "sentinel2" or "landsat5": 512×512, six reflectances.
inline Scene real_image(const std::string& name) {
  return read_labelled_image(real_data_directory() / "labelled" / (name + ".npz"));
}

/// The scene with only the pixels inside (or outside) one of its quadrants, 0 … 3, row by row.
inline Scene quadrant(Scene scene, int index, bool inside) {
  const ImageSize size = scene.image.size;
  for (int row = 0; row < size.height_px; ++row) {
    for (int x = 0; x < size.width_px; ++x) {
      const int here = (row >= size.height_px / 2 ? 2 : 0) + (x >= size.width_px / 2 ? 1 : 0);
      if ((here == index) != inside) {
        scene.valid.values[static_cast<std::size_t>(row) * size.width_px + x] = 0;
      }
    }
  }
  return scene;
}

}  // namespace sciwright::cloudmask
