#include "cloudmask/data/surface_temperature.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::HasSubstr;

/// Four pixels of nine channels, T12 1 K below T11; the last is land.
Scene four_pixels() {
  const ImageSize size{2, 2};
  Scene scene{.day_night = DayNight::kDay,
              .num_reflectances = 6,
              .image = Planes(9, size),
              .valid = Mask(size, 1),
              .label = Mask(size)};
  const std::vector<float> t11 = {290, 288, 270, 300};
  for (std::size_t i = 0; i < 4; ++i) {
    scene.image.plane(7)[i] = t11[i];
    scene.image.plane(8)[i] = t11[i] - 1;
  }
  scene.label.values = {0, 0, 1, 0};
  scene.land = Mask(size);
  scene.land->values = {0, 0, 0, 1};
  return scene;
}

TEST(SurfaceTemperature, OfTheSeaFollowsTheUsersGuide) {
  // 1.017342 · 290 + 2.139588 · 1 − 278.43 = 18.738768 °C; by night 18.470905 °C.
  EXPECT_NEAR(sea_surface_temperature_k(290, 289, true), 273.15 + 18.738768, 1e-6);
  EXPECT_NEAR(sea_surface_temperature_k(290, 289, false), 273.15 + 18.470905, 1e-6);
}

TEST(SurfaceTemperature, OfLandFollowsPrice) {
  EXPECT_NEAR(land_surface_temperature_k(300, 299), 303.33 * 4.52 / 4.5, 1e-9);
}

TEST(SurfaceTemperature, IsKnownOnItsSurfaceWithDataOnly) {
  Scene scene = four_pixels();
  scene.valid.values[1] = 0;
  const TemperatureMap sea = surface_temperatures(scene, Surface::kSea);
  EXPECT_NEAR(sea.kelvin[0], 291.888768, 1e-4);
  EXPECT_TRUE(std::isnan(sea.kelvin[1]));
  EXPECT_TRUE(std::isnan(sea.kelvin[3]));
  const TemperatureMap land = surface_temperatures(scene, Surface::kLand);
  EXPECT_TRUE(std::isnan(land.kelvin[0]));
  EXPECT_NEAR(land.kelvin[3], 304.678133, 1e-3);
}

TEST(SurfaceTemperature, TellsTheEffectOfAMissedCloud) {
  const Scene scene = four_pixels();
  const std::vector<std::uint8_t> all_clear = {0, 0, 0, 0};
  const TemperatureEffect e =
      temperature_effect(surface_temperatures(scene, Surface::kSea), scene.label, all_clear);
  const nlohmann::json json = effect_json(e);
  EXPECT_EQ(json["num_pixels"], 3);
  EXPECT_NEAR(json["coverage_reference"], 2.0 / 3, 1e-12);
  EXPECT_NEAR(json["coverage_predicted"], 1, 1e-12);
  // Both clear: 289 K at 11 µm on average; the cloud 270 K: 19 K less, times 1.017342.
  EXPECT_NEAR(json["missed_cloud_k"], -19 * 1.017342, 1e-3);
  EXPECT_NEAR(json["bias_k"], -19 * 1.017342 / 3, 1e-3);
  EXPECT_NEAR(json["spread_reference_k"], 1.017342, 1e-3);
  EXPECT_TRUE(json["false_alarm_k"].is_null());
  EXPECT_THAT(effect_text(e, "SST"), HasSubstr("SST: 3 pixels; clear by the labels 66.7 %"));
}

TEST(SurfaceTemperature, AddsUpOverScenes) {
  const Scene scene = four_pixels();
  const std::vector<std::uint8_t> predicted = {0, 1, 1, 0};
  const TemperatureMap map = surface_temperatures(scene, Surface::kSea);
  TemperatureEffect twice = temperature_effect(map, scene.label, predicted);
  const nlohmann::json once = effect_json(twice);
  twice.merge(temperature_effect(map, scene.label, predicted));
  nlohmann::json json = effect_json(twice);
  EXPECT_EQ(json["num_pixels"], 6);
  EXPECT_NEAR(json["spread_reference_k"], once["spread_reference_k"], 1e-9);
  EXPECT_NEAR(json["false_alarm_k"], once["false_alarm_k"], 1e-9);
}

TEST(SurfaceTemperature, NeedsTwoInfraredChannels) {
  Scene scene = four_pixels();
  scene.num_reflectances = 8;
  scene.path = "a.hdf";
  try {
    surface_temperatures(scene, Surface::kSea);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("a.hdf: has 1 brightness temperatures"));
  }
}

TEST(SurfaceTemperature, IsDrawnAsAMap) {
  const Scene scene = four_pixels();
  const std::string png = temperature_picture(surface_temperatures(scene, Surface::kSea),
                                              scene.label, scene.label.values, "SST");
  EXPECT_TRUE(png.starts_with("\x89PNG"));
}

}  // namespace
}  // namespace sciwright::cloudmask
