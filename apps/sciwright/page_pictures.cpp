#include "sciwright/page_pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "cloudmask/data/mask_views.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/prediction_maps.h"
#include "record/run_dir.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using report_page::GridMap;
using report_page::GridMaps;
using report_page::RunPictures;
using report_page::SceneView;

/// So many scenes of a run, and so large: a run's take some 300 kB.
constexpr std::size_t kMostScenes = 4;
constexpr int kMostScenePx = 240;

RunPictures earthquake_pictures(const fs::path& run) {
  const fs::path file = record::RunPaths(run).predictions;
  if (!fs::exists(file)) return {};
  const auto found = earthquake::prediction_maps(earthquake::read_predictions(file));
  GridMaps maps{.num_rows = earthquake::kGridRows,
                .num_columns = earthquake::kGridColumns,
                .north_deg = earthquake::kNorthDeg,
                .south_deg = earthquake::kSouthDeg,
                .west_deg = earthquake::kWestDeg,
                .east_deg = earthquake::kEastDeg,
                .places = found.locs,
                .is_validation = found.is_validation,
                .note = fmt::format("period: {}", found.period)};
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (const earthquake::PredictionMap& map : found.maps) {
    maps.maps.push_back({map.parameter, "NNSE", "", 0.5, map.nnse});
    maps.maps.push_back({map.parameter, "mean forecast", "magnitude", kNone, map.mean_forecast});
    maps.maps.push_back(
        {map.parameter, "mean observation", "magnitude", kNone, map.mean_observation});
    std::vector<double> bias;
    for (std::size_t i = 0; i < map.mean_forecast.size(); ++i) {
      bias.push_back(map.mean_forecast[i] - map.mean_observation[i]);
    }
    maps.maps.push_back({map.parameter, "forecast − observation", "magnitude", 0, bias});
  }
  return {.maps = {std::move(maps)}, .scenes = {}};
}

std::uint8_t as_byte(float probability) {
  if (std::isnan(probability)) return SceneView::kNoData;
  return static_cast<std::uint8_t>(std::lround(254 * std::clamp(probability, 0.0F, 1.0F)));
}

RunPictures cloudmask_pictures(const fs::path& run) {
  RunPictures out;
  for (cloudmask::MaskView& view : cloudmask::read_mask_views(run, kMostScenes, kMostScenePx)) {
    SceneView& scene = out.scenes.emplace_back();
    scene.name = view.name;
    scene.height_px = view.size.height_px;
    scene.width_px = view.size.width_px;
    scene.rgb = std::move(view.rgb);
    scene.label = std::move(view.label.values);
    scene.label_name = view.scored_against;
    scene.threshold = view.threshold;
    for (const float value : view.probability) scene.probability.push_back(as_byte(value));
  }
  return out;
}

}  // namespace

report_page::PictureReaders picture_readers() {
  return {{"earthquake", earthquake_pictures}, {"cloudmask", cloudmask_pictures}};
}

}  // namespace sciwright
