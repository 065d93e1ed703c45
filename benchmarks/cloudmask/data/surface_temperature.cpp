#include "cloudmask/data/surface_temperature.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "base/error.h"
#include "plot/render.h"

namespace sciwright::cloudmask {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kZeroCelsiusK = 273.15;
constexpr double kLandEmissivity = 0.98;

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? kNan : static_cast<double>(part) / static_cast<double>(whole);
}

double mean_k(const TemperatureSum& sum) { return sum.count == 0 ? kNan : sum.mean_k; }

/// The numbers of effect_json by name, in its order.
std::vector<std::pair<const char*, double>> numbers_of(const TemperatureEffect& e) {
  return {{"coverage_reference", share(e.reference.count, e.num_surface)},
          {"coverage_predicted", share(e.predicted.count, e.num_surface)},
          {"mean_reference_k", mean_k(e.reference)},
          {"mean_predicted_k", mean_k(e.predicted)},
          {"bias_k", mean_k(e.predicted) - mean_k(e.reference)},
          {"spread_reference_k", e.reference.spread_k()},
          {"spread_predicted_k", e.predicted.spread_k()},
          {"spread_difference_k", e.predicted.spread_k() - e.reference.spread_k()},
          {"missed_cloud_k", mean_k(e.only_predicted) - mean_k(e.both)},
          {"false_alarm_k", mean_k(e.only_reference) - mean_k(e.both)}};
}

/// The first row of the image is on top, as in the quick-look.
plot::Heatmap heatmap(const TemperatureMap& map, ImageSize size, const std::uint8_t* cloud) {
  plot::Heatmap layer{
      .rows = size.height_px,
      .cols = size.width_px,
      .extent = {0, static_cast<double>(size.width_px), 0, static_cast<double>(size.height_px)},
      .color_label = "K"};
  layer.values.resize(map.kelvin.size());
  const auto width = static_cast<std::size_t>(size.width_px);
  for (std::size_t i = 0; i < map.kelvin.size(); ++i) {
    const std::size_t row_from_below = static_cast<std::size_t>(size.height_px) - 1 - i / width;
    layer.values[row_from_below * width + i % width] =
        cloud[i] != 0 ? kNan : static_cast<double>(map.kelvin[i]);
  }
  return layer;
}

/// One colour scale for both maps: the pixels clear in one of them.
std::pair<double, double> shared_range(const plot::Heatmap& a, const plot::Heatmap& b) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const plot::Heatmap* map : {&a, &b}) {
    for (const double value : map->values) {
      if (std::isnan(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  return {low, high};
}

}  // namespace

double sea_surface_temperature_k(double t11_k, double t12_k, bool is_day) {
  const double celsius = is_day ? 1.017342 * t11_k + 2.139588 * (t11_k - t12_k) - 278.43
                                : 1.029088 * t11_k + 2.275385 * (t11_k - t12_k) - 282.24;
  return celsius + kZeroCelsiusK;
}

double land_surface_temperature_k(double t11_k, double t12_k) {
  return (t11_k + 3.33 * (t11_k - t12_k)) * (5.5 - kLandEmissivity) / 4.5;
}

void TemperatureSum::add(double value_k) { merge({1, value_k, 0}); }

void TemperatureSum::merge(const TemperatureSum& other) {
  if (other.count == 0) return;
  const auto n = static_cast<double>(count);
  const auto m = static_cast<double>(other.count);
  const double step = other.mean_k - mean_k;
  mean_k += step * m / (n + m);
  squared_deviation += other.squared_deviation + step * step * n * m / (n + m);
  count += other.count;
}

double TemperatureSum::spread_k() const {
  return count == 0 ? kNan : std::sqrt(squared_deviation / static_cast<double>(count));
}

void TemperatureEffect::merge(const TemperatureEffect& other) {
  num_surface += other.num_surface;
  reference.merge(other.reference);
  predicted.merge(other.predicted);
  both.merge(other.both);
  only_predicted.merge(other.only_predicted);
  only_reference.merge(other.only_reference);
}

TemperatureMap surface_temperatures(const Scene& scene, Surface surface) {
  const int num_temperatures = scene.image.num_channels - scene.num_reflectances;
  if (num_temperatures < 2) {
    throw usage_error(
        fmt::format("{}: has {} brightness temperatures, expected S8 and S9 for a split window",
                    scene.path.string(), num_temperatures));
  }
  const auto t11 = scene.image.plane(scene.image.num_channels - 2);
  const auto t12 = scene.image.plane(scene.image.num_channels - 1);
  const bool is_day = scene.day_night != DayNight::kNight;
  TemperatureMap map{std::vector<float>(t11.size(), static_cast<float>(kNan))};
  for (std::size_t i = 0; i < t11.size(); ++i) {
    const bool is_land = scene.land && scene.land->values[i] != 0;
    const bool is_other = scene.land && is_land != (surface == Surface::kLand);
    if (scene.valid.values[i] == 0 || is_other || !(t11[i] > 0) || !(t12[i] > 0)) continue;
    map.kelvin[i] = static_cast<float>(surface == Surface::kSea
                                           ? sea_surface_temperature_k(t11[i], t12[i], is_day)
                                           : land_surface_temperature_k(t11[i], t12[i]));
  }
  return map;
}

TemperatureEffect temperature_effect(const TemperatureMap& map, const Mask& label,
                                     std::span<const std::uint8_t> predicted) {
  TemperatureEffect effect;
  for (std::size_t i = 0; i < map.kelvin.size(); ++i) {
    const double kelvin = map.kelvin[i];
    if (std::isnan(kelvin)) continue;
    ++effect.num_surface;
    const bool is_clear = label.values[i] == 0;
    const bool seems_clear = predicted[i] == 0;
    if (is_clear) effect.reference.add(kelvin);
    if (seems_clear) effect.predicted.add(kelvin);
    if (is_clear && seems_clear) effect.both.add(kelvin);
    if (!is_clear && seems_clear) effect.only_predicted.add(kelvin);
    if (is_clear && !seems_clear) effect.only_reference.add(kelvin);
  }
  return effect;
}

nlohmann::json effect_json(const TemperatureEffect& effect) {
  nlohmann::json json = {{"num_pixels", effect.num_surface}};
  for (const auto& [name, value] : numbers_of(effect)) {
    json[name] = std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
  }
  return json;
}

std::string effect_text(const TemperatureEffect& e, const std::string& name) {
  return fmt::format(
      "{}: {} pixels; clear by the labels {:.1f} %, by the prediction {:.1f} %; mean {:.2f} K and "
      "{:.2f} K ({:+.2f}), spread {:.2f} K and {:.2f} K ({:+.2f}); pixels of missed clouds are "
      "{:+.2f} K from those clear in both, of false alarms {:+.2f} K\n",
      name, e.num_surface, 100 * share(e.reference.count, e.num_surface),
      100 * share(e.predicted.count, e.num_surface), mean_k(e.reference), mean_k(e.predicted),
      mean_k(e.predicted) - mean_k(e.reference), e.reference.spread_k(), e.predicted.spread_k(),
      e.predicted.spread_k() - e.reference.spread_k(), mean_k(e.only_predicted) - mean_k(e.both),
      mean_k(e.only_reference) - mean_k(e.both));
}

std::string temperature_picture(const TemperatureMap& map, const Mask& label,
                                std::span<const std::uint8_t> predicted, const std::string& title) {
  plot::Figure figure{.title = title,
                      .description =
                          "Surface temperature where the labels and where the "
                          "prediction say clear",
                      .width_px = 1000,
                      .height_px = 460,
                      .columns = 2};
  plot::Heatmap by_labels = heatmap(map, label.size, label.values.data());
  plot::Heatmap by_prediction = heatmap(map, label.size, predicted.data());
  const auto [low, high] = shared_range(by_labels, by_prediction);
  for (auto& [name, layer] : {std::pair{"clear by the labels", &by_labels},
                              std::pair{"clear by the prediction", &by_prediction}}) {
    if (low < high) std::tie(layer->low, layer->high) = std::pair{low, high};
    figure.panels.push_back({.title = name,
                             .x = {.label = "column, px"},
                             .y = {.label = "row from below, px"},
                             .layers = {std::move(*layer)},
                             .legend = false,
                             .aspect_ratio = 1});
  }
  return plot::png_bytes(figure, 1);
}

}  // namespace sciwright::cloudmask
