#include "cloudmask/data/sen3_reader.h"

#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cloudmask/data/fake_sen3.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/tie_points.h"
#include "io/hdf5.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Sen3Test : public ::testing::Test, protected FakeSen3 {
 protected:
  std::string message() const {
    try {
      read_sen3(folder());
    } catch (const Error& error) {
      std::string text = error.what();
      const std::string prefix = folder().string() + "/";
      for (std::size_t at; (at = text.find(prefix)) != std::string::npos;) {
        text.erase(at, prefix.size());
      }
      return text;
    }
    return "no error";
  }
};

TEST_F(Sen3Test, ConvertsToTrueReflectances) {
  const fs::path path = convert_sen3(folder(), directory_.path() / "out");
  EXPECT_EQ(path.filename(), kFakeSen3Name + ".hdf");
  const Scene scene = read_scene(path, {.num_channels = 9});
  // Pixel (1, 2) lies at the right tie points, halfway between 40° and 60°: 50°. Its radiance in
  // channel c is the mean of (1000 c + 0, 1, 2, 3) · 0.1 = 100 c + 0.15.
  const double cosine = std::cos(50 * std::numbers::pi / 180);
  EXPECT_NEAR(scene.image.plane(0)[5], 3.14159265358979 * 100.15 / (1501 * cosine), 1e-6);
  EXPECT_NEAR(scene.image.plane(5)[5], 3.14159265358979 * 600.15 / (1506 * cosine), 1e-5);
  // Pixel (0, 0): one corner of four, 50.0, halfway between 50° and 40°: 45°.
  EXPECT_NEAR(scene.image.plane(0)[0], 3.14159265358979 * 50 / (1501 * std::sqrt(0.5)), 1e-6);
}

TEST_F(Sen3Test, UnpacksTemperaturesAndMarksHoles) {
  const Scene scene = read_sen3_scene(folder());
  EXPECT_FLOAT_EQ(scene.image.plane(6)[1], 284.73F);
  EXPECT_FLOAT_EQ(scene.image.plane(8)[2], 282.73F);
  EXPECT_THAT(scene.valid.values, ElementsAre(1, 0, 1, 1, 1, 0));
}

TEST_F(Sen3Test, ChoosesLabelBits) {
  EXPECT_THAT(read_sen3_scene(folder()).label.values, ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(read_sen3_scene(folder(), 2 + 8).label.values, ElementsAre(0, 1, 0, 0, 0, 1));
}

TEST_F(Sen3Test, ReadsFlags) {
  const SceneContent content = read_sen3(folder());
  EXPECT_THAT(content.scene.label.values, ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(content.scene.land->values, ElementsAre(1, 0, 0, 1, 0, 0));
  EXPECT_THAT(content.scene.summary->values, ElementsAre(0, 0, 1, 1, 0, 0));
  EXPECT_THAT(content.extras.bayes, ElementsAre(0, 2, 0, 1, 0, 8));
}

TEST_F(Sen3Test, KnowsThePlacesOfPixelsWhereTheProductTellsThem) {
  EXPECT_FALSE(read_sen3(folder()).scene.geolocation.has_value());
  write_doubles("geodetic_in",
                {{"latitude_in", {50, 51, 52, 53, 54, 55}}, {"longitude_in", {1, 2, 3, 4, 5, 6}}},
                {2, 3});
  const fs::path path = convert_sen3(folder(), directory_.path() / "out");
  const Scene scene = read_scene(path);
  EXPECT_THAT(scene.geolocation.value().latitude_deg, ElementsAre(50, 51, 52, 53, 54, 55));
  EXPECT_THAT(scene.geolocation.value().longitude_deg, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(Sen3Test, TakesTheCosineForOneBelowTheHorizon) {
  write_doubles("geometry_tn", {{"solar_zenith_tn", {100, 100, 100, 100}}}, {2, 2});
  const SceneContent content = read_sen3(folder());
  EXPECT_NEAR(content.scene.image.plane(0)[5], 3.14159265358979 * 100.15 / 1501, 1e-6);
  EXPECT_EQ(content.scene.day_night, DayNight::kNight);
}

TEST_F(Sen3Test, NamesAllMissingFiles) {
  fs::remove(folder() / "flags_in.nc");
  fs::remove(folder() / "S3_quality_an.nc");
  EXPECT_EQ(message(),
            "flags_in.nc: there is no such file; expected in an SLSTR level-1 product\n"
            "S3_quality_an.nc: there is no such file; expected in an SLSTR level-1 product");
}

TEST_F(Sen3Test, NamesAVariableOfAnotherShape) {
  write_packed("S2_radiance_an", "S2_radiance_an", {1, 2, 3, 4}, {2, 2}, 1, 0);
  EXPECT_EQ(message(),
            "S2_radiance_an.nc: variable 'S2_radiance_an' has the shape [2, 2], expected [4, 6]");
}

TEST_F(Sen3Test, NamesAMissingVariable) {
  write_packed("S7_BT_in", "S7_BT_io", {1, 2, 3, 4}, {2, 2}, 1, 0);
  EXPECT_THAT(message(), HasSubstr("S7_BT_in.nc: has no dataset 'S7_BT_in' (it has: S7_BT_io)"));
}

TEST(TiePoints, AreLinearBetweenAndConstantBeyond) {
  const TiePoints ties({10, 0}, {0, 1}, {1, 3, 5, 7});
  EXPECT_DOUBLE_EQ(ties.at(10, 0), 1);
  EXPECT_DOUBLE_EQ(ties.at(0, 0), 3);
  EXPECT_DOUBLE_EQ(ties.at(5, 0.5), 4);
  EXPECT_DOUBLE_EQ(ties.at(-3, 9), 7);
}

}  // namespace
}  // namespace sciwright::cloudmask
