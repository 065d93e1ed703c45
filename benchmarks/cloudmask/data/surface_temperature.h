#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// Sea surface temperature, K, of the brightness temperatures at 11 and 12 µm (S8, S9), K: the
/// multi-channel split-window form of McClain, Pichel and Walton (1985, JGR 90, 11587) with the
/// coefficients of NOAA-14 (NOAA Polar Orbiter Data User's Guide, appendix E), straight down. Made
/// for AVHRR, whose bands are nearly these: differences mean more than values.
double sea_surface_temperature_k(double t11_k, double t12_k, bool is_day);

/// Land surface temperature, K: the split window of Price (1984, JGR 89, 7231),
/// (T11 + 3.33 (T11 − T12)) (5.5 − ε) / 4.5, with an emissivity ε of 0.98 in both bands.
double land_surface_temperature_k(double t11_k, double t12_k);

enum class Surface { kSea, kLand };

/// Mean and spread of temperatures, gathered pixel by pixel.
struct TemperatureSum {
  std::int64_t count = 0;
  double mean_k = 0;
  double squared_deviation = 0;

  void add(double value_k);
  void merge(const TemperatureSum& other);
  double spread_k() const;  ///< Population standard deviation; NaN without pixels.
};

/// What another cloud mask does to the surface temperature of some scenes.
struct TemperatureEffect {
  std::int64_t num_surface = 0;  ///< Pixels of this surface that have data.
  TemperatureSum reference;      ///< Clear by the reference's labels.
  TemperatureSum predicted;      ///< Clear by the prediction.
  TemperatureSum both;
  TemperatureSum only_predicted;  ///< Called clear by the prediction alone: missed clouds.
  TemperatureSum only_reference;  ///< … by the labels alone: false alarms.

  void merge(const TemperatureEffect& other);
};

/// Temperatures of a scene with what is needed to tell.
struct TemperatureMap {
  std::vector<float> kelvin;  ///< [H, W]; NaN where there is no such surface or no data.
};

/// The surface temperature of every pixel of a surface, clouds or not. Where `scene.land` is not
/// known every pixel counts as this surface. Throws a usage error for a scene without two infrared
/// temperatures (S8 and S9).
TemperatureMap surface_temperatures(const Scene& scene, Surface surface);

/// Compares the two masks of a scene on its surface temperatures. `predicted` is [H, W], 1 is
/// cloud.
TemperatureEffect temperature_effect(const TemperatureMap& map, const Mask& label,
                                     std::span<const std::uint8_t> predicted);

/// {coverage_reference, coverage_predicted, mean_reference_k, mean_predicted_k, bias_k,
/// spread_reference_k, spread_predicted_k, spread_difference_k, missed_cloud_k, false_alarm_k,
/// num_pixels}: coverages are shares of the surface; bias and difference are predicted − reference;
/// missed clouds and false alarms are means against the pixels clear in both. Null where there is
/// no pixel.
nlohmann::json effect_json(const TemperatureEffect& effect);

/// A few lines for people; `name` is "SST" or "LST".
std::string effect_text(const TemperatureEffect& effect, const std::string& name);

/// The two maps side by side, cloudy pixels left out, as a PNG figure.
std::string temperature_picture(const TemperatureMap& map, const Mask& label,
                                std::span<const std::uint8_t> predicted, const std::string& title);

}  // namespace sciwright::cloudmask
