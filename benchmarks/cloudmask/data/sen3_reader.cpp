#include "cloudmask/data/sen3_reader.h"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/pixel_physics.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/tie_points.h"
#include "io/hdf5.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Bits of confidence_in (SLSTR level-1 product data format specification).
constexpr unsigned kLandBit = 1U << 3;
constexpr unsigned kSummaryCloudBit = 1U << 14;

fs::path netcdf_file(const fs::path& folder, const std::string& name) {
  return folder / (name + ".nc");
}

void require_files(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw usage_error(
        fmt::format("{}: there is no such folder; expected a .SEN3 product", folder.string()));
  }
  std::vector<std::string> names = {"flags_in", "geometry_tn", "cartesian_tx", "cartesian_in"};
  for (int i = 1; i <= kNumReflectances; ++i) {
    names.push_back(fmt::format("S{}_radiance_an", i));
    names.push_back(fmt::format("S{}_quality_an", i));
  }
  for (int i = 7; i <= 9; ++i) names.push_back(fmt::format("S{}_BT_in", i));
  Problems problems;
  for (const std::string& name : names) {
    const fs::path path = netcdf_file(folder, name);
    if (!fs::exists(path)) {
      problems.push_back(fmt::format(
          "{}: there is no such file; expected in an SLSTR level-1 product", path.string()));
    }
  }
  throw_if_any(problems);
}

/// A variable in its own unit: unpacked by scale_factor and add_offset, NaN where it is _FillValue.
io::Array<double> read_unpacked(const fs::path& path, const std::string& variable) {
  const io::Hdf5Reader file(path);
  io::Array<double> array = file.read<double>(variable);
  const auto fill = file.number_attribute(variable, "_FillValue");
  const double scale = file.number_attribute(variable, "scale_factor").value_or(1);
  const double offset = file.number_attribute(variable, "add_offset").value_or(0);
  for (double& value : array.values) {
    value = fill && value == *fill ? kNan : value * scale + offset;
  }
  return array;
}

void require_shape(const fs::path& path, const std::string& variable, const io::Shape& found,
                   const io::Shape& expected) {
  if (found == expected) return;
  throw usage_error(fmt::format("{}: variable '{}' has the shape [{}], expected [{}]",
                                path.string(), variable, fmt::join(found, ", "),
                                fmt::join(expected, ", ")));
}

io::Shape shape_of(ImageSize size, std::size_t factor = 1) {
  return {factor * static_cast<std::size_t>(size.height_px),
          factor * static_cast<std::size_t>(size.width_px)};
}

io::Array<double> read_plane(const fs::path& folder, const std::string& file,
                             const std::string& variable, const io::Shape& expected) {
  const fs::path path = netcdf_file(folder, file);
  io::Array<double> array = read_unpacked(path, variable);
  require_shape(path, variable, array.shape, expected);
  return array;
}

/// The solar zenith angle of every pixel of the 1 km grid, degrees.
std::vector<double> solar_zenith_deg(const fs::path& folder, ImageSize size) {
  const auto zenith = read_unpacked(netcdf_file(folder, "geometry_tn"), "solar_zenith_tn");
  if (zenith.shape.size() != 2 || zenith.values.empty()) {
    throw usage_error(
        fmt::format("{}: variable 'solar_zenith_tn' has the shape [{}], expected "
                    "[rows, columns]",
                    netcdf_file(folder, "geometry_tn").string(), fmt::join(zenith.shape, ", ")));
  }
  const auto tie_x = read_plane(folder, "cartesian_tx", "x_tx", zenith.shape);
  const auto tie_y = read_plane(folder, "cartesian_tx", "y_tx", zenith.shape);
  const auto x = read_plane(folder, "cartesian_in", "x_in", shape_of(size));
  const auto y = read_plane(folder, "cartesian_in", "y_in", shape_of(size));
  const std::size_t columns = zenith.shape[1];
  std::vector<double> y_m;
  for (std::size_t row = 0; row < zenith.shape[0]; ++row) {
    y_m.push_back(tie_y.values[row * columns]);
  }
  const auto width = static_cast<std::ptrdiff_t>(columns);
  const TiePoints ties({tie_x.values.begin(), tie_x.values.begin() + width}, std::move(y_m),
                       zenith.values);
  std::vector<double> degrees(size.num_pixels());
  for (std::size_t i = 0; i < degrees.size(); ++i) degrees[i] = ties.at(x.values[i], y.values[i]);
  return degrees;
}

/// The mean of the pixels of a 500 m grid that lie in each pixel of the 1 km grid, holes left out.
std::vector<float> halved(const io::Array<double>& fine, ImageSize size) {
  const auto width = static_cast<std::size_t>(size.width_px);
  std::vector<float> coarse(size.num_pixels());
  for (std::size_t i = 0; i < coarse.size(); ++i) {
    const double* corner = fine.values.data() + i / width * 4 * width + i % width * 2;
    double sum = 0;
    int count = 0;
    for (const double value : {corner[0], corner[1], corner[2 * width], corner[2 * width + 1]}) {
      if (!std::isfinite(value)) continue;
      sum += value;
      ++count;
    }
    coarse[i] = static_cast<float>(count == 0 ? kNan : sum / count);
  }
  return coarse;
}

double solar_irradiance(const fs::path& folder, int channel) {
  const fs::path path = netcdf_file(folder, fmt::format("S{}_quality_an", channel));
  const std::string variable = fmt::format("S{}_solar_irradiance_an", channel);
  const io::Array<double> detectors = read_unpacked(path, variable);
  const double first = detectors.values.empty() ? kNan : detectors.values.front();
  if (!(first > 0)) {
    throw usage_error(fmt::format("{}: variable '{}' begins with {}, expected a positive number",
                                  path.string(), variable, first));
  }
  return first;
}

void read_reflectances(const fs::path& folder, const std::vector<double>& zenith_deg,
                       SceneContent& content) {
  Planes& image = content.scene.image;
  std::vector<double> sun_cosine(zenith_deg.size());
  for (std::size_t i = 0; i < sun_cosine.size(); ++i) {
    const bool is_down = zenith_deg[i] >= kHorizonZenithDeg;
    sun_cosine[i] = is_down ? 1 : std::cos(zenith_deg[i] * std::numbers::pi / 180);
  }
  content.extras.radiances.resize(image.size.num_pixels() * kNumReflectances);
  for (int c = 0; c < kNumReflectances; ++c) {
    const std::string name = fmt::format("S{}_radiance_an", c + 1);
    const std::vector<float> radiance =
        halved(read_plane(folder, name, name, shape_of(image.size, 2)), image.size);
    const double factor = std::numbers::pi / solar_irradiance(folder, c + 1);
    const std::span<float> plane = image.plane(c);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      plane[i] = static_cast<float>(factor * radiance[i] / sun_cosine[i]);
      content.extras.radiances[i * kNumReflectances + c] = radiance[i];
    }
  }
}

void read_flags(const fs::path& folder, SceneContent& content) {
  Scene& scene = content.scene;
  const fs::path path = netcdf_file(folder, "flags_in");
  const io::Hdf5Reader file(path);
  const auto bayes = file.read<std::uint8_t>("bayes_in", shape_of(scene.image.size));
  const auto confidence = file.read<std::uint16_t>("confidence_in", shape_of(scene.image.size));
  content.extras.bayes = bayes.values;
  scene.label = Mask(scene.image.size);
  scene.land = Mask(scene.image.size);
  scene.summary = Mask(scene.image.size);
  for (std::size_t i = 0; i < bayes.values.size(); ++i) {
    scene.label.values[i] = bayes.values[i] != 0;
    scene.land->values[i] = (confidence.values[i] & kLandBit) != 0;
    scene.summary->values[i] = (confidence.values[i] & kSummaryCloudBit) != 0;
  }
}

/// Nothing without the file geodetic_in.
std::optional<Geolocation> read_geolocation(const fs::path& folder, ImageSize size) {
  if (!fs::exists(netcdf_file(folder, "geodetic_in"))) return std::nullopt;
  const auto plane = [&](const char* variable) {
    const auto values = read_plane(folder, "geodetic_in", variable, shape_of(size)).values;
    return std::vector<float>(values.begin(), values.end());
  };
  return Geolocation{plane("latitude_in"), plane("longitude_in")};
}

}  // namespace

SceneContent read_sen3(const fs::path& folder) {
  require_files(folder);
  const fs::path first = netcdf_file(folder, "S7_BT_in");
  const io::Shape shape = io::Hdf5Reader(first).shape("S7_BT_in");
  if (shape.size() != 2 || io::num_elements(shape) == 0) {
    throw usage_error(
        fmt::format("{}: variable 'S7_BT_in' has the shape [{}], expected [rows, "
                    "columns]",
                    first.string(), fmt::join(shape, ", ")));
  }
  const ImageSize size{static_cast<int>(shape[0]), static_cast<int>(shape[1])};
  SceneContent content;
  Scene& scene = content.scene;
  scene.path = folder;
  scene.name = (folder / "").parent_path().stem().string();
  scene.parts = parse_scene_name(scene.name);
  scene.num_reflectances = kNumReflectances;
  scene.image = Planes(kNumReflectances + kNumTemperatures, size);
  for (int i = 0; i < kNumTemperatures; ++i) {
    const std::string name = fmt::format("S{}_BT_in", 7 + i);
    const auto temperature = read_plane(folder, name, name, shape_of(size));
    std::copy(temperature.values.begin(), temperature.values.end(),
              scene.image.plane(kNumReflectances + i).begin());
  }
  const std::vector<double> zenith_deg = solar_zenith_deg(folder, size);
  const double middle_deg = zenith_deg[size.num_pixels() / 2 + shape[1] / 2];
  if (std::isfinite(middle_deg)) {
    content.extras.solar_zenith_deg = middle_deg;
    scene.day_night = middle_deg < kHorizonZenithDeg ? DayNight::kDay : DayNight::kNight;
  }
  read_reflectances(folder, zenith_deg, content);
  read_flags(folder, content);
  scene.geolocation = read_geolocation(folder, size);
  return content;
}

Scene read_sen3_scene(const fs::path& folder, unsigned label_bits) {
  SceneContent content = read_sen3(folder);
  Scene scene = std::move(content.scene);
  scene.absent_reflectances = find_absent(scene.image, scene.num_reflectances);
  scene.valid = mark_valid(scene.image, scene.num_reflectances, scene.absent_reflectances);
  for (std::size_t i = 0; i < scene.label.values.size(); ++i) {
    scene.label.values[i] = (content.extras.bayes[i] & label_bits) != 0;
  }
  return scene;
}

fs::path convert_sen3(const fs::path& folder, const fs::path& directory) {
  const SceneContent content = read_sen3(folder);
  make_directories(directory);
  fs::path path = directory / (content.scene.name + ".hdf");
  write_scene(path, content.scene, content.extras);
  return path;
}

}  // namespace sciwright::cloudmask
