#include "cloudmask/data/mask_files.h"

#include <png.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "io/hdf5.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;

Scene small_scene() {
  Scene scene{.name = "S3A_test",
              .parts = parse_scene_name("S3A_SL_1_RBT____20191003T221154_20191003T221454_"
                                        "20191005T034125_0179_050_058_0900_LN2_O_NT_003"),
              .num_reflectances = 3,
              .image = Planes(3, {2, 3}),
              .valid = Mask({2, 3}, 1)};
  scene.image.plane(2)[0] = 0.9F;
  scene.valid.values[5] = 0;
  return scene;
}

const std::vector<float> kProbability = {1, 0.25F, 0.5F, 0.75F, 0, 0.9F};

TEST(MaskFiles, HoldProbabilitiesInTheReferencesShape) {
  const TemporaryDirectory dir;
  const Scene scene = small_scene();
  write_reference_mask(dir.path() / "a.hdf.h5", {scene, kProbability});
  const io::Hdf5Reader file(dir.path() / "a.hdf.h5");
  EXPECT_EQ(file.read<float>("mask", {1, 2, 3, 1}).values, kProbability);
}

TEST(MaskFiles, AreNetcdfWithCfAttributes) {
  const TemporaryDirectory dir;
  Scene scene = small_scene();
  scene.geolocation = {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}};
  write_netcdf_mask(dir.path() / "a.nc", {scene, kProbability}, "a U-Net");
  const io::Hdf5Reader file(dir.path() / "a.nc");
  EXPECT_EQ(file.text_attribute("/", "Conventions"), "CF-1.10");
  EXPECT_EQ(file.text_attribute("/", "source"), "a U-Net");
  EXPECT_EQ(file.text_attribute("/", "time_coverage_start"), "2019-10-03T22:11:54Z");
  EXPECT_EQ(file.read<float>("cloud_probability").values, kProbability);
  EXPECT_THAT(file.read<std::uint8_t>("cloud_mask").values, ElementsAre(1, 0, 0, 1, 0, 255));
  EXPECT_EQ(file.text_attribute("cloud_mask", "flag_meanings"), "clear cloud");
  EXPECT_EQ(file.number_attribute("cloud_mask", "_FillValue"), 255);
  EXPECT_EQ(file.text_attribute("cloud_mask", "coordinates"), "latitude longitude");
  EXPECT_EQ(file.text_attribute("longitude", "units"), "degrees_east");
  EXPECT_EQ(file.text_attribute("y", "CLASS"), "DIMENSION_SCALE");
}

TEST(MaskFiles, ShowTheSceneAndItsMaskSideBySide) {
  const Scene scene = small_scene();
  const std::string bytes = quick_look_png({scene, kProbability});
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()), 0);
  EXPECT_EQ(png.width, 3U + 4 + 3);
  EXPECT_EQ(png.height, 2U);
  png.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> rgb(PNG_IMAGE_SIZE(png));
  ASSERT_NE(png_image_finish_read(&png, nullptr, rgb.data(), 0, nullptr), 0);
  const auto pixel = [&](std::size_t row, std::size_t column) {
    const std::uint8_t* at = rgb.data() + 3 * (row * 10 + column);
    return std::vector<int>(at, at + 3);
  };
  EXPECT_THAT(pixel(0, 0), ElementsAre(255, 0, 0));
  EXPECT_THAT(pixel(0, 7), ElementsAre(255, 255, 255));
  EXPECT_THAT(pixel(1, 8), ElementsAre(0, 0, 0));
  EXPECT_EQ(pixel(1, 9), pixel(1, 2)) << "no data";
}

}  // namespace
}  // namespace sciwright::cloudmask
