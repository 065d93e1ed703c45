#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "report_page/columns.h"

namespace sciwright::report_page {

/// One quantity on some cells of a grid.
struct GridMap {
  std::string parameter = {};  ///< "Next 2 weeks Now"
  std::string quantity = {};   ///< "NNSE", "mean forecast", …
  std::string unit = {};       ///< "magnitude"; empty: none.
  /// What white stands for in colours that go two ways; not-a-number: colours go from the lowest
  /// to the highest value.
  double middle = 0;
  std::vector<double> values = {};  ///< [cells]; not-a-number where there is none.
};

/// Maps of a run, on cells of a grid in degrees; row 0 in the north.
struct GridMaps {
  int num_rows = 0;
  int num_columns = 0;
  double north_deg = 0;
  double south_deg = 0;
  double west_deg = 0;
  double east_deg = 0;
  std::vector<int> places = {};                  ///< [cells] row · num_columns + column.
  std::vector<std::uint8_t> is_validation = {};  ///< [cells]; empty: nothing was held out in space.
  std::string note = {};                         ///< What the maps are of: which times.
  std::vector<GridMap> maps = {};
};

/// A scene with what a run made of it, [H, W]. What is not known is empty.
struct SceneView {
  static constexpr std::uint8_t kNoData = 255;

  std::string name = {};
  int height_px = 0;
  int width_px = 0;
  std::vector<std::uint8_t> rgb = {};          ///< [H, W, 3]
  std::vector<std::uint8_t> probability = {};  ///< 0 … 254 for 0 … 1, or kNoData.
  std::vector<std::uint8_t> label = {};        ///< 0 clear, 1 cloud, or kNoData.
  std::string label_name = {};                 ///< "label", "truth"
  double threshold = 0.5;                      ///< Cloud above it.
};

/// What a run's folder has to show.
struct RunPictures {
  std::vector<GridMaps> maps = {};
  std::vector<SceneView> scenes = {};
};

/// Reads it; errors are sciwright's. By benchmark.
using PictureReaders =
    std::map<std::string, std::function<RunPictures(const std::filesystem::path& folder)>>;

/// The pictures for the page: {maps, scenes}, values packed.
Json pictures_json(const RunPictures& pictures, Columns& columns);

}  // namespace sciwright::report_page
