#include "report_page/pictures.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sciwright::report_page {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// Steps that a colour scale can be told apart by, with room to spare: values take two bytes.
constexpr double kSteps = 60'000;

/// `low + step · number` is the value.
Json quantised(const std::vector<double>& values, Columns& columns) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) low = high = 0;
  const double step = high > low ? (high - low) / kSteps : 1;
  std::vector<double> codes;
  for (const double value : values) {
    codes.push_back(std::isfinite(value) ? std::round((value - low) / step) : kNothing);
  }
  return {{"low", low}, {"high", high}, {"step", step}, {"codes", columns.numbers(codes)}};
}

Json maps_json(const GridMaps& all, Columns& columns) {
  Json maps = Json::array();
  for (const GridMap& map : all.maps) {
    maps.push_back({{"parameter", map.parameter},
                    {"quantity", map.quantity},
                    {"unit", map.unit},
                    {"middle", std::isnan(map.middle) ? Json() : Json(map.middle)},
                    {"values", quantised(map.values, columns)}});
  }
  const std::vector<double> places(all.places.begin(), all.places.end());
  return {{"num_rows", all.num_rows},
          {"num_columns", all.num_columns},
          {"extent_deg", {all.west_deg, all.east_deg, all.south_deg, all.north_deg}},
          {"places", columns.numbers(places)},
          {"is_validation", columns.bytes(all.is_validation)},
          {"note", all.note},
          {"maps", std::move(maps)}};
}

Json scene_json(const SceneView& scene, Columns& columns) {
  return {{"name", scene.name},
          {"height_px", scene.height_px},
          {"width_px", scene.width_px},
          {"rgb", columns.bytes(scene.rgb)},
          {"probability", columns.bytes(scene.probability)},
          {"label", columns.bytes(scene.label)},
          {"label_name", scene.label_name},
          {"threshold", scene.threshold}};
}

}  // namespace

Json pictures_json(const RunPictures& pictures, Columns& columns) {
  Json maps = Json::array();
  for (const GridMaps& one : pictures.maps) maps.push_back(maps_json(one, columns));
  Json scenes = Json::array();
  for (const SceneView& scene : pictures.scenes) scenes.push_back(scene_json(scene, columns));
  return {{"maps", std::move(maps)}, {"scenes", std::move(scenes)}};
}

}  // namespace sciwright::report_page
