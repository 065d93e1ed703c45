#include "cloudmask/data/sen3_reader.h"

#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/tie_points.h"
#include "io/hdf5.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int16_t kFill = -32768;
const std::string kName =
    "S3A_SL_1_RBT____20191003T221154_20191003T221454_20191005T035241_0179_050_058_0900_LN2_O_NT_"
    "004";

/// Writes a product of 2×3 pixels of 1 km in the layout of level 1: packed 16-bit integers with
/// scale_factor, add_offset and _FillValue, 500 m radiances, tie points 16 km apart across the
/// track from right to left and 1 km apart along it.
class Sen3Test : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder());
    for (int c = 1; c <= 6; ++c) {
      // Pixel (1, 2) of channel c: (c · 1000 + 0, 1, 2, 3) · 0.1; pixel (0, 0) is a hole but for
      // one corner, pixel (0, 1) wholly.
      std::vector<std::int16_t> radiance(4 * 6, 500);
      const auto at = [&](int row, int x) -> std::int16_t& {
        return radiance[static_cast<std::size_t>(row * 6 + x)];
      };
      for (int k = 0; k < 4; ++k)
        at(2 + k / 2, 4 + k % 2) = static_cast<std::int16_t>(1000 * c + k);
      at(0, 0) = at(0, 1) = at(1, 0) = kFill;
      at(0, 2) = at(0, 3) = at(1, 2) = at(1, 3) = kFill;
      const auto name = fmt::format("S{}_radiance_an", c);
      write_packed(name, name, radiance, {4, 6}, 0.1, 0);
      io::Hdf5Writer quality(folder() / fmt::format("S{}_quality_an.nc", c));
      quality.write<float>(fmt::format("S{}_solar_irradiance_an", c),
                           std::vector<float>{1500.0F + static_cast<float>(c), 1, 1, 1}, {4});
      quality.commit();
    }
    for (int c = 7; c <= 9; ++c) {
      const auto name = fmt::format("S{}_BT_in", c);
      write_packed(name, name, {0, 100, -100, 1, 2, kFill}, {2, 3}, 0.01, 283.73);
    }
    io::Hdf5Writer flags(folder() / "flags_in.nc");
    flags.write<std::uint8_t>("bayes_in", std::vector<std::uint8_t>{0, 2, 0, 1, 0, 8}, {2, 3});
    flags.write<std::uint16_t>("confidence_in",
                               std::vector<std::uint16_t>{8, 2, 16384, 16392, 0, 0}, {2, 3});
    flags.commit();
    write_doubles("geometry_tn", {{"solar_zenith_tn", {50, 40, 70, 60}}}, {2, 2});
    write_doubles("cartesian_tx",
                  {{"x_tx", {8000, -8000, 8000, -8000}}, {"y_tx", {0, 0, 1000, 1000}}}, {2, 2});
    write_doubles(
        "cartesian_in",
        {{"x_in", {0, -4000, -8000, 0, -4000, -8000}}, {"y_in", {0, 0, 0, 1000, 1000, 500}}},
        {2, 3});
  }

  fs::path folder() const { return directory_.path() / (kName + ".SEN3"); }

  void write_packed(const std::string& file, const std::string& variable,
                    const std::vector<std::int16_t>& values, const io::Shape& shape, double scale,
                    double offset) const {
    io::Hdf5Writer out(folder() / (file + ".nc"));
    out.write<std::int16_t>(variable, values, shape);
    out.number_attribute(variable, "scale_factor", scale);
    out.number_attribute(variable, "add_offset", offset);
    out.number_attribute(variable, "_FillValue", kFill);
    out.commit();
  }

  void write_doubles(const std::string& file,
                     const std::vector<std::pair<std::string, std::vector<double>>>& variables,
                     const io::Shape& shape) const {
    io::Hdf5Writer out(folder() / (file + ".nc"));
    for (const auto& [name, values] : variables) out.write<double>(name, values, shape);
    out.commit();
  }

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

  TemporaryDirectory directory_;
};

TEST_F(Sen3Test, ConvertsToTrueReflectances) {
  const fs::path path = convert_sen3(folder(), directory_.path() / "out");
  EXPECT_EQ(path.filename(), kName + ".hdf");
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
