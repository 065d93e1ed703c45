#include "cloudmask/data/scene_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "cloudmask/data/scene_list.h"

namespace sciwright::cloudmask {
namespace {

/// [rows, columns, channels] as the file has it into channels of the image.
void separate(const std::vector<float>& interleaved, int num_channels, int first_channel,
              Planes& image) {
  const std::size_t pixels = image.size.num_pixels();
  const auto stride = static_cast<std::size_t>(num_channels);
  // A run of pixels at a time, so that what all channels read stays in the cache.
  constexpr std::size_t kRun = 1024;
  for (std::size_t start = 0; start < pixels; start += kRun) {
    const std::size_t end = std::min(start + kRun, pixels);
    for (int c = 0; c < num_channels; ++c) {
      float* out = image.plane(first_channel + c).data();
      const float* in = interleaved.data() + c;
      for (std::size_t i = start; i < end; ++i) out[i] = in[i * stride];
    }
  }
}

io::Shape shape_of(ImageSize size) {
  return {static_cast<std::size_t>(size.height_px), static_cast<std::size_t>(size.width_px)};
}

io::Shape start_of(const Window& window) {
  return {static_cast<std::size_t>(window.top_px), static_cast<std::size_t>(window.left_px)};
}

io::Shape with(io::Shape shape, std::size_t last) {
  shape.push_back(last);
  return shape;
}

}  // namespace

std::vector<int> find_absent(const Planes& image, int num_reflectances) {
  std::vector<int> absent;
  for (int c = 0; c < num_reflectances; ++c) {
    const auto plane = image.plane(c);
    if (std::none_of(plane.begin(), plane.end(),
                     [](float value) { return std::isfinite(value); })) {
      absent.push_back(c);
    }
  }
  return absent;
}

Mask mark_valid(Planes& image, int num_reflectances, const std::vector<int>& absent_reflectances) {
  Mask valid(image.size, 1);
  Mask is_lit(image.size);
  for (int c = 0; c < image.num_channels; ++c) {
    const std::span<float> plane = image.plane(c);
    const bool is_temperature = c >= num_reflectances;
    const bool is_absent = std::find(absent_reflectances.begin(), absent_reflectances.end(), c) !=
                           absent_reflectances.end();
    for (std::size_t i = 0; i < plane.size(); ++i) {
      const bool is_finite = std::abs(plane[i]) <= std::numeric_limits<float>::max();
      const float value = is_finite ? plane[i] : 0.0F;
      const bool is_good = is_temperature ? value > 0 : is_finite | is_absent;
      plane[i] = value;
      valid.values[i] &= static_cast<std::uint8_t>(is_good);
      is_lit.values[i] |= static_cast<std::uint8_t>(value != 0);
    }
  }
  for (std::size_t i = 0; i < valid.values.size(); ++i) valid.values[i] &= is_lit.values[i];
  return valid;
}

SceneFile::SceneFile(std::filesystem::path path, SceneReadOptions options)
    : path_(std::move(path)), options_(options), file_(path_) {
  const io::Shape refs = file_.shape("refs");
  if (refs.size() != 3 || io::num_elements(refs) == 0) {
    throw usage_error(
        fmt::format("{}: dataset 'refs' has the shape [{}], expected [rows, columns, channels]",
                    path_.string(), fmt::join(refs, ", ")));
  }
  size_ = {static_cast<int>(refs[0]), static_cast<int>(refs[1])};
  num_reflectances_ = static_cast<int>(refs[2]);
  Problems problems;
  const auto require_size = [&](const std::string& dataset, bool has_channels) {
    const io::Shape shape = file_.shape(dataset);
    const io::Shape plane = {refs[0], refs[1]};
    if (has_channels ? shape.size() == 3 && shape[0] == refs[0] && shape[1] == refs[1]
                     : shape == plane || shape == with(plane, 1)) {
      return;
    }
    problems.push_back(fmt::format(
        "{}: dataset '{}' has the shape [{}], expected [{}, {}, {}] to fit 'refs'", path_.string(),
        dataset, fmt::join(shape, ", "), refs[0], refs[1], has_channels ? "channels" : "1"));
  };
  if (file_.contains("bts")) {
    require_size("bts", true);
    const io::Shape shape = file_.shape("bts");
    num_temperatures_ = static_cast<int>(shape.empty() ? 0 : shape.back());
  }
  if (options_.needs_label || file_.contains("bayes")) require_size("bayes", false);
  for (const char* extra : {"summary", "truth", "land", "latitude", "longitude"}) {
    if (file_.contains(extra)) require_size(extra, false);
  }
  const auto require_extent = [&](const char* what, int found_px, int expected_px) {
    if (expected_px == 0 || found_px == expected_px) return;
    problems.push_back(fmt::format("{}: has {} {}, expected {} (data.image_{}_px)", path_.string(),
                                   found_px, what == std::string("height") ? "rows" : "columns",
                                   expected_px, what));
  };
  require_extent("height", size_.height_px, options_.height_px);
  require_extent("width", size_.width_px, options_.width_px);
  if (options_.num_channels > 0 && num_channels() != options_.num_channels) {
    problems.push_back(
        fmt::format("{}: has {} reflectances ('refs') and {} temperatures ('bts'), expected {} "
                    "channels in all",
                    path_.string(), num_reflectances_, num_temperatures_, options_.num_channels));
  }
  throw_if_any(problems);
}

template <class T>
std::vector<T> SceneFile::read_plane(const std::string& dataset, const Window& window) const {
  const bool has_channel = file_.shape(dataset).size() == 3;
  io::Shape start = start_of(window);
  io::Shape count = shape_of(window.size);
  if (has_channel) {
    start.push_back(0);
    count.push_back(1);
  }
  return file_.read_block<T>(dataset, start, count).values;
}

void SceneFile::read_channels(const Window& window, Scene& scene) const {
  scene.num_reflectances = num_reflectances_;
  scene.image = Planes(num_channels(), window.size);
  const auto read_into = [&](const char* dataset, int num_channels, int first_channel) {
    const io::Array<float> block = file_.read_block<float>(
        dataset, with(start_of(window), 0),
        with(shape_of(window.size), static_cast<std::size_t>(num_channels)));
    separate(block.values, num_channels, first_channel, scene.image);
  };
  read_into("refs", num_reflectances_, 0);
  if (num_temperatures_ > 0) read_into("bts", num_temperatures_, num_reflectances_);
}

Mask SceneFile::read_label(const Window& window, Mask& valid) const {
  constexpr int kLargestWord = 0xFFFF;
  Mask label(window.size);
  const auto mark = [&](const auto& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto word = words[i];
      if (std::isnan(static_cast<float>(word))) {
        valid.values[i] = 0;
      } else if (word < 0 || word > kLargestWord || word != std::floor(word)) {
        const auto width = static_cast<std::size_t>(window.size.width_px);
        throw usage_error(fmt::format(
            "{}: dataset 'bayes' has {} in row {}, column {}; expected flags, whole numbers from "
            "0 to {}",
            path_.string(), word, window.top_px + i / width, window.left_px + i % width,
            kLargestWord));
      } else {
        label.values[i] = (static_cast<unsigned>(word) & options_.label_bits) != 0;
      }
    }
  };
  if (file_.holds_integers("bayes")) {
    mark(read_plane<std::int32_t>("bayes", window));
  } else {
    mark(read_plane<float>("bayes", window));
  }
  return label;
}

std::optional<Mask> SceneFile::read_extra(const std::string& dataset, const Window& window) const {
  if (!options_.extras || !file_.contains(dataset)) return std::nullopt;
  Mask mask(window.size);
  mask.values = read_plane<std::uint8_t>(dataset, window);
  for (std::uint8_t& value : mask.values) value = static_cast<std::uint8_t>(value != 0);
  return mask;
}

Scene SceneFile::read_image(const Window& window) const {
  Scene scene;
  scene.path = path_;
  scene.name = path_.stem().string();
  scene.parts = parse_scene_name(scene.name);
  scene.day_night = day_night_of(path_);
  if (scene.day_night == DayNight::kUnknown) {
    if (const auto zenith_deg = file_.number_attribute("/", "solar_zenith_deg")) {
      scene.day_night = *zenith_deg < kHorizonZenithDeg ? DayNight::kDay : DayNight::kNight;
    }
  }
  read_channels(window, scene);
  return scene;
}

Scene SceneFile::with_masks(Scene scene, const Window& window) const {
  scene.valid = mark_valid(scene.image, num_reflectances_, scene.absent_reflectances);
  if (file_.contains("bayes")) scene.label = read_label(window, scene.valid);
  scene.summary = read_extra("summary", window);
  scene.truth = read_extra("truth", window);
  scene.land = read_extra("land", window);
  if (options_.extras && file_.contains("latitude") && file_.contains("longitude")) {
    scene.geolocation = {read_plane<float>("latitude", window),
                         read_plane<float>("longitude", window)};
  }
  return scene;
}

Scene SceneFile::read(const Window& window, std::vector<int> absent_reflectances) const {
  Scene scene = read_image(window);
  scene.absent_reflectances = std::move(absent_reflectances);
  return with_masks(std::move(scene), window);
}

Scene SceneFile::read() const {
  const Window whole{0, 0, size_};
  Scene scene = read_image(whole);
  scene.absent_reflectances = find_absent(scene.image, num_reflectances_);
  scene = with_masks(std::move(scene), whole);
  const auto& valid = scene.valid.values;
  if (std::find(valid.begin(), valid.end(), 1) == valid.end()) {
    throw usage_error(
        fmt::format("{}: none of the {} x {} pixels has data (all are 0 or not finite in "
                    "'refs' or 'bts')",
                    path_.string(), size_.height_px, size_.width_px));
  }
  return scene;
}

Scene read_scene(const std::filesystem::path& path, SceneReadOptions options) {
  return SceneFile(path, options).read();
}

}  // namespace sciwright::cloudmask
