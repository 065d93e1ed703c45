#include "cloudmask/data/mask_views.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/files.h"
#include "cloudmask/data/mask_files.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/sen3_reader.h"
#include "io/hdf5.h"
#include "io/yaml.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using io::Json;

constexpr std::uint8_t kNoData = 255;
constexpr const char* kReferenceEnd = ".hdf.h5";
constexpr const char* kNetcdfEnd = ".nc";

/// The scenes that have a mask, and its file; the reference's form before netCDF.
std::map<std::string, fs::path> masks_in(const fs::path& folder) {
  std::map<std::string, fs::path> masks;
  if (!fs::is_directory(folder)) return masks;
  for (const char* end : {kNetcdfEnd, kReferenceEnd}) {
    for (const fs::path& path : sorted_entries(folder)) {
      const std::string name = path.filename().string();
      if (name.ends_with(end)) masks[name.substr(0, name.size() - std::string(end).size())] = path;
    }
  }
  return masks;
}

/// What a run was told of its test scenes.
struct TestSettings {
  fs::path scenes;
  std::vector<std::string> patterns;
  unsigned label_bits;
  std::string against;
  double threshold;
};

TestSettings settings_of(const fs::path& run) {
  const Json all = io::read_yaml(run / "config.yaml").value.value("cloudmask", Json::object());
  const Json data = all.value("data", Json::object());
  const Json scoring = all.value("scoring", Json::object());
  const std::string test = data.value("test", "");
  return {.scenes = test.empty() ? run / "scenes" / "inference" : fs::path(test),
          .patterns = data.value("patterns", std::vector<std::string>{"S3*.hdf"}),
          .label_bits = data.value("label_bits", 0xFFFFU),
          .against = scoring.value("against", "label"),
          .threshold = scoring.value("threshold", 0.5)};
}

std::map<std::string, fs::path> scenes_of(const TestSettings& settings) {
  std::map<std::string, fs::path> scenes;
  if (!fs::exists(settings.scenes)) return scenes;
  for (const fs::path& path : find_scenes_and_products(settings.scenes, settings.patterns)) {
    scenes[path.stem().string()] = path;
  }
  return scenes;
}

Scene read_any_scene(const fs::path& path, unsigned label_bits) {
  if (fs::is_directory(path)) return read_sen3_scene(path, label_bits);
  return read_scene(path, {.label_bits = label_bits, .needs_label = false});
}

/// A mask's probabilities as a view of full size, without the scene.
MaskView whole_view(const fs::path& path) {
  const io::Hdf5Reader file(path);
  const bool is_netcdf = path.extension() == kNetcdfEnd;
  const std::string dataset = is_netcdf ? "cloud_probability" : "mask";
  const io::Shape shape = file.shape(dataset);
  const std::size_t first = is_netcdf ? 0 : 1;
  MaskView view;
  view.size = {.height_px = static_cast<int>(shape.at(first)),
               .width_px = static_cast<int>(shape.at(first + 1))};
  view.probability = file.read<float>(dataset).values;
  if (!is_netcdf) return view;
  const auto cloud = file.read<std::uint8_t>("cloud_mask", shape).values;
  for (std::size_t i = 0; i < cloud.size(); ++i) {
    if (cloud[i] == kNoData) view.probability[i] = std::numeric_limits<float>::quiet_NaN();
  }
  return view;
}

/// Adds the scene's colours and labels, if it is of the mask's size.
void add_scene(const Scene& scene, const std::string& against, MaskView& view) {
  if (scene.image.size != view.size) return;
  view.rgb = natural_colours(scene);
  view.scored_against = against;
  view.label = against == "truth" && scene.truth ? *scene.truth : scene.label;
  for (std::size_t i = 0; i < scene.valid.values.size(); ++i) {
    if (scene.valid.values[i] != 0) continue;
    view.probability[i] = std::numeric_limits<float>::quiet_NaN();
    if (!view.label.values.empty()) view.label.values[i] = kNoData;
  }
}

/// Means over blocks of a view's pixels, those without data left out.
class Shrinker final {
 public:
  Shrinker(ImageSize from, int block_px)
      : from_(from),
        block_px_(block_px),
        to_{.height_px = (from.height_px + block_px - 1) / block_px,
            .width_px = (from.width_px + block_px - 1) / block_px} {}

  ImageSize size() const { return to_; }

  /// `value_of(i)` may be not-a-number; so is the mean of a block without any.
  template <class ValueOf>
  std::vector<double> means(const ValueOf& value_of) const {
    std::vector<double> sums(to_.num_pixels());
    std::vector<int> counts(to_.num_pixels());
    for (int y = 0; y < from_.height_px; ++y) {
      for (int x = 0; x < from_.width_px; ++x) {
        const double value = value_of(static_cast<std::size_t>(y * from_.width_px + x));
        if (std::isnan(value)) continue;
        const auto at = static_cast<std::size_t>(y / block_px_ * to_.width_px + x / block_px_);
        sums[at] += value;
        ++counts[at];
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] = counts[i] > 0 ? sums[i] / counts[i] : std::numeric_limits<double>::quiet_NaN();
    }
    return sums;
  }

 private:
  ImageSize from_;
  int block_px_;
  ImageSize to_;
};

std::vector<std::uint8_t> shrunk_colours(const MaskView& view, const Shrinker& shrinker) {
  std::vector<std::uint8_t> rgb(3 * shrinker.size().num_pixels());
  for (std::size_t c = 0; c < 3; ++c) {
    const auto means = shrinker.means([&](std::size_t i) { return view.rgb[3 * i + c]; });
    for (std::size_t i = 0; i < means.size(); ++i) {
      rgb[3 * i + c] = static_cast<std::uint8_t>(std::lround(means[i]));
    }
  }
  return rgb;
}

Mask shrunk_label(const MaskView& view, const Shrinker& shrinker) {
  const auto means = shrinker.means([&](std::size_t i) {
    const std::uint8_t label = view.label.values[i];
    return label == kNoData ? std::numeric_limits<double>::quiet_NaN() : label;
  });
  Mask out(shrinker.size(), kNoData);
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (!std::isnan(means[i])) out.values[i] = means[i] > 0.5 ? 1 : 0;
  }
  return out;
}

MaskView shrunk(const MaskView& view, int most_px) {
  const int longest = std::max(view.size.height_px, view.size.width_px);
  const Shrinker shrinker(view.size, std::max(1, (longest + most_px - 1) / most_px));
  MaskView out{.name = view.name,
               .size = shrinker.size(),
               .scored_against = view.scored_against,
               .threshold = view.threshold};
  const auto means = shrinker.means([&](std::size_t i) { return view.probability[i]; });
  out.probability.assign(means.begin(), means.end());
  if (!view.rgb.empty()) out.rgb = shrunk_colours(view, shrinker);
  if (!view.label.values.empty()) out.label = shrunk_label(view, shrinker);
  return out;
}

}  // namespace

std::vector<MaskView> read_mask_views(const fs::path& run, std::size_t most_scenes, int most_px) {
  std::vector<MaskView> views;
  const std::map<std::string, fs::path> masks = masks_in(run / "masks");
  if (masks.empty()) return views;
  const TestSettings settings = settings_of(run);
  const std::map<std::string, fs::path> scenes = scenes_of(settings);
  const std::size_t num = std::min(most_scenes, masks.size());
  for (std::size_t i = 0; i < num; ++i) {
    const auto& [name, path] =
        *std::next(masks.begin(), static_cast<std::ptrdiff_t>(i * masks.size() / num));
    MaskView view = whole_view(path);
    view.name = name;
    view.threshold = settings.threshold;
    if (const auto scene = scenes.find(name); scene != scenes.end()) {
      add_scene(read_any_scene(scene->second, settings.label_bits), settings.against, view);
    }
    views.push_back(shrunk(view, most_px));
  }
  return views;
}

}  // namespace sciwright::cloudmask
