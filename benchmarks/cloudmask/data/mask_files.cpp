#include "cloudmask/data/mask_files.h"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "cloudmask/data/pixel_physics.h"
#include "io/hdf5.h"
#include "plot/png.h"

namespace sciwright::cloudmask {
namespace {

/// Level 1 packs nearly as well as 4, in a third of the time.
constexpr int kDeflateLevel = 1;
constexpr std::uint8_t kNoData = 255;

io::Shape shape_of(ImageSize size) {
  return {static_cast<std::size_t>(size.height_px), static_cast<std::size_t>(size.width_px)};
}

std::vector<std::uint8_t> thresholded(const SceneMask& mask) {
  std::vector<std::uint8_t> out(mask.probability.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool is_cloud = mask.probability[i] > static_cast<float>(mask.threshold);
    out[i] = mask.scene.valid.values[i] == 0 ? kNoData : static_cast<std::uint8_t>(is_cloud);
  }
  return out;
}

/// A netCDF-4 file in the making.
class CfFile final {
 public:
  CfFile(const std::filesystem::path& path, ImageSize size) : file_(path), shape_(shape_of(size)) {
    write_dimension("y", shape_[0]);
    write_dimension("x", shape_[1]);
  }

  void text(const std::string& object, const std::string& name, const std::string& value) {
    file_.text_attribute(object, name, value);
  }

  template <class T>
  void variable(const std::string& name, std::span<const T> values, const std::string& long_name,
                const std::string& units) {
    file_.write<T>(name, values, shape_, kDeflateLevel);
    file_.set_dimension(name, 0, "y");
    file_.set_dimension(name, 1, "x");
    text(name, "long_name", long_name);
    if (!units.empty()) text(name, "units", units);
  }

  template <class T>
  void values(const std::string& object, const std::string& name, const std::vector<T>& values) {
    file_.values_attribute<T>(object, name, values);
  }

  void commit() { file_.commit(); }

 private:
  void write_dimension(const std::string& name, std::size_t length) {
    std::vector<std::int32_t> places(length);
    std::iota(places.begin(), places.end(), 0);
    file_.write<std::int32_t>(name, places, {length}, 0);
    file_.make_dimension(name, name);
    text(name, "long_name", name == "y" ? "row, along the track" : "column, across the track");
    text(name, "units", "1");
  }

  io::Hdf5Writer file_;
  io::Shape shape_;
};

void write_times(CfFile& file, const Scene& scene) {
  if (!scene.parts) return;
  constexpr std::int64_t kNsPerS = 1'000'000'000;
  file.text("/", "platform", scene.parts->mission);
  file.text("/", "time_coverage_start", utc_iso8601(scene.parts->start_s * kNsPerS));
  file.text("/", "time_coverage_end", utc_iso8601(scene.parts->stop_s * kNsPerS));
}

void write_places(CfFile& file, const Geolocation& places) {
  file.variable<float>("latitude", places.latitude_deg, "latitude", "degrees_north");
  file.text("latitude", "standard_name", "latitude");
  file.variable<float>("longitude", places.longitude_deg, "longitude", "degrees_east");
  file.text("longitude", "standard_name", "longitude");
  file.text("cloud_probability", "coordinates", "latitude longitude");
  file.text("cloud_mask", "coordinates", "latitude longitude");
}

std::uint8_t as_byte(double fraction) {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(fraction, 0.0, 1.0)));
}

/// Which channels make red, green and blue, and the values that are black and white.
struct Colours {
  std::array<int, 3> channels;
  double black;
  double white;
};

Colours colours_of(const Scene& scene) {
  const int refs = scene.num_reflectances;
  const bool has_temperatures = scene.image.num_channels > refs;
  if (has_temperatures && (refs == 0 || scene.day_night == DayNight::kNight)) {
    const int infrared = std::min(refs + 1, scene.image.num_channels - 1);  // S8, 11 µm
    return {{infrared, infrared, infrared}, 300, 215};                      // cold clouds are white
  }
  if (refs >= kNumReflectances && has_temperatures) return {{4, 2, 0}, 0, 0.9};
  return {{std::min(2, refs - 1), std::min(1, refs - 1), 0}, 0, 0.9};
}

}  // namespace

void write_reference_mask(const std::filesystem::path& path, const SceneMask& mask) {
  io::Hdf5Writer file(path);
  const io::Shape shape = shape_of(mask.scene.image.size);
  file.write<float>("mask", mask.probability, {1, shape[0], shape[1], 1}, kDeflateLevel);
  file.commit();
}

void write_netcdf_mask(const std::filesystem::path& path, const SceneMask& mask,
                       const std::string& source) {
  CfFile file(path, mask.scene.image.size);
  file.text("/", "Conventions", "CF-1.10");
  file.text("/", "title", "Cloud mask of " + mask.scene.name);
  file.text("/", "source", source);
  write_times(file, mask.scene);
  file.variable<float>("cloud_probability", mask.probability, "probability of cloud", "1");
  file.values<float>("cloud_probability", "valid_range", {0, 1});
  const std::vector<std::uint8_t> cloud = thresholded(mask);
  file.variable<std::uint8_t>(
      "cloud_mask", cloud, fmt::format("cloud where the probability is above {:g}", mask.threshold),
      "");
  file.values<std::uint8_t>("cloud_mask", "flag_values", {0, 1});
  file.text("cloud_mask", "flag_meanings", "clear cloud");
  file.values<std::uint8_t>("cloud_mask", "_FillValue", {kNoData});
  if (mask.scene.geolocation) write_places(file, *mask.scene.geolocation);
  file.commit();
}

std::vector<std::uint8_t> natural_colours(const Scene& scene) {
  constexpr std::array<std::uint8_t, 3> kHole = {20, 40, 90};
  std::vector<std::uint8_t> rgb(scene.image.size.num_pixels() * 3);
  const Colours colours = colours_of(scene);
  for (std::size_t i = 0; i < rgb.size() / 3; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const double value = scene.image.plane(colours.channels[c])[i];
      const double fraction = (value - colours.black) / (colours.white - colours.black);
      const bool has_data = scene.valid.values[i] != 0;
      rgb[3 * i + c] = has_data ? as_byte(std::sqrt(std::max(fraction, 0.0))) : kHole[c];
    }
  }
  return rgb;
}

std::string quick_look_png(const SceneMask& mask) {
  constexpr std::size_t kGapPx = 4;
  const ImageSize size = mask.scene.image.size;
  const auto width = static_cast<std::size_t>(size.width_px);
  const std::size_t row_px = 2 * width + kGapPx;
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.height_px) * row_px * 3, 255);
  const std::vector<std::uint8_t> colours = natural_colours(mask.scene);
  for (std::size_t i = 0; i < mask.probability.size(); ++i) {
    std::uint8_t* scene_px = rgb.data() + 3 * (i / width * row_px + i % width);
    std::uint8_t* mask_px = scene_px + 3 * (width + kGapPx);
    const bool has_data = mask.scene.valid.values[i] != 0;
    for (std::size_t c = 0; c < 3; ++c) {
      scene_px[c] = colours[3 * i + c];
      mask_px[c] = has_data ? as_byte(mask.probability[i]) : scene_px[c];
    }
  }
  return plot::png_bytes(
      {.rows = size.height_px, .cols = static_cast<int>(row_px), .channels = 3, .bytes = rgb});
}

}  // namespace sciwright::cloudmask
