#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "io/hdf5.h"

/// For tests.
namespace sciwright::cloudmask {

inline constexpr std::int16_t kFill = -32768;
inline const std::string kFakeSen3Name =
    "S3A_SL_1_RBT____20191003T221154_20191003T221454_20191005T035241_0179_050_058_0900_LN2_O_NT_"
    "004";

/// Writes a product of 2×3 pixels of 1 km in the layout of level 1: packed 16-bit integers with
/// scale_factor, add_offset and _FillValue, 500 m radiances, tie points 16 km apart across the
/// track from right to left and 1 km apart along it.
class FakeSen3 {
 public:
  FakeSen3() {
    std::filesystem::create_directories(folder());
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

  std::filesystem::path folder() const { return directory_.path() / (kFakeSen3Name + ".SEN3"); }

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

  TemporaryDirectory directory_;
};

}  // namespace sciwright::cloudmask
