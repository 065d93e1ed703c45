#include "cloudmask/data/synthetic_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/files.h"
#include "base/parallel_for.h"
#include "base/random.h"
#include "cloudmask/data/noise_field.h"
#include "cloudmask/data/pixel_physics.h"
#include "cloudmask/data/synthetic_clouds.h"
#include "cloudmask/data/synthetic_surface.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;

constexpr int kNumChannels = kNumReflectances + kNumTemperatures;

/// Noise of a reflectance (of its value, and at least) and of a temperature: somewhat worse than
/// SLSTR's requirements (SNR 20 at 0.5 % reflectance; 80 mK).
constexpr float kRelativeNoise = 0.01F;
constexpr float kReflectanceNoise = 0.001F;
constexpr float kTemperatureNoiseK = 0.1F;

/// What is drawn once for a scene.
struct ScenePlan {
  SceneGeometry geometry;
  double land_fraction;
  double cloud_fraction;
  int left_border_px;
  int right_border_px;
};

ScenePlan plan_of(const SyntheticSettings& s, int index, std::uint64_t seed) {
  RandomStream random(derive_seed(seed, "plan"));
  ScenePlan plan{};
  plan.geometry.latitude_deg = random.uniform(12, 64);
  // Golden-ratio steps spread day and night evenly over any number of scenes.
  RandomStream nights(derive_seed(s.seed, "nights"));
  const double place = std::fmod(nights.uniform() + index * (std::numbers::phi - 1), 1.0);
  plan.geometry.is_day = place >= s.night_fraction;
  plan.land_fraction = std::clamp(random.uniform(-0.2, 0.9), 0.0, 1.0);
  const double clear = 1 - s.cloud_fraction;
  plan.cloud_fraction = 1 - clear * random.uniform(0.1, 1.9);
  if (s.borders) {
    plan.left_border_px = static_cast<int>(27 * s.width_px / 1500.0 + 0.5);
    plan.right_border_px = static_cast<int>(random.uniform(9, 18) * s.width_px / 1500 + 0.5);
  }
  return plan;
}

/// Consecutive orbits from 2019-10-01T10:00:00Z on; a frame lasts 180 s.
SceneName name_of(int index) {
  constexpr std::int64_t kStartS = 1'569'924'000;
  constexpr std::int64_t kOrbitS = 6059;
  constexpr int kOrbitsPerCycle = 385;
  const std::int64_t start_s = kStartS + index * kOrbitS;
  return {.mission = "S3A",
          .start_s = start_s,
          .stop_s = start_s + 180,
          .creation_s = start_s + 100'000,
          .duration_s = 179,
          .cycle = 50 + index / kOrbitsPerCycle,
          .relative_orbit = 1 + index % kOrbitsPerCycle,
          .frame = 900,
          .centre = "SYN",
          .platform = "D",
          .timeliness = "NT",
          .collection = "004"};
}

/// A standard normal, nearly: the sum of four uniform numbers of 16 bits (Irwin–Hall), all out of
/// one draw.
float quick_normal(RandomStream& random) {
  constexpr double kSpread = 65536 * 0.57735026918962576;  // √(4/12)
  const std::uint64_t bits = random();
  const auto sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
  return static_cast<float>((static_cast<double>(sum) - 2 * 65535.0) / kSpread);
}

void add_noise(std::array<float, kNumChannels>& pixel, bool is_day, RandomStream& random) {
  for (int c = 0; c < kNumChannels; ++c) {
    if (c < kNumReflectances && !is_day) continue;
    const float spread = c < kNumReflectances
                             ? std::max(kRelativeNoise * pixel[c], kReflectanceNoise)
                             : kTemperatureNoiseK;
    pixel[c] += spread * quick_normal(random);
  }
}

/// The labels: half of the wrong ones in patches, as a screening that misjudges a place, half
/// scattered.
Mask noisy_label(const Mask& truth, double label_noise, std::uint64_t seed, int num_threads) {
  const std::vector<float> patches = noise_field(truth.size, {.largest_px = 24, .smallest_px = 3},
                                                 derive_seed(seed, "patches"), num_threads);
  const float edge = upper_quantile(patches, label_noise / 2);
  RandomStream random(derive_seed(seed, "flips"));
  Mask label = truth;
  for (std::size_t i = 0; i < label.values.size(); ++i) {
    const bool is_wrong = (patches[i] > edge) != (random.uniform() < label_noise / 2);
    label.values[i] = static_cast<std::uint8_t>((label.values[i] != 0) != is_wrong);
  }
  return label;
}

void clear_border(SceneContent& made, const ScenePlan& plan) {
  Scene& scene = made.scene;
  const int width = scene.image.size.width_px;
  for (int row = 0; row < scene.image.size.height_px; ++row) {
    for (int x = 0; x < width; ++x) {
      if (x >= plan.left_border_px && x < width - plan.right_border_px) continue;
      const std::size_t i = static_cast<std::size_t>(row) * width + x;
      for (int c = 0; c < kNumChannels; ++c) scene.image.plane(c)[i] = 0;
      scene.valid.values[i] = scene.label.values[i] = scene.truth->values[i] = 0;
      scene.summary->values[i] = made.extras.bayes[i] = 0;
    }
  }
}

}  // namespace

SceneContent make_scene(const SyntheticSettings& settings, int index, int num_threads) {
  const ImageSize size{settings.height_px, settings.width_px};
  const std::uint64_t seed = derive_seed(settings.seed, "scene", static_cast<std::uint64_t>(index));
  const ScenePlan plan = plan_of(settings, index, seed);
  const SceneGeometry& geometry = plan.geometry;
  const SyntheticSurface surface(size, geometry, plan.land_fraction, derive_seed(seed, "surface"),
                                 num_threads);
  const SyntheticClouds clouds(size, plan.cloud_fraction, derive_seed(seed, "clouds"), num_threads);

  SceneContent made;
  Scene& scene = made.scene;
  scene.parts = name_of(index);
  scene.name = format_scene_name(*scene.parts);
  scene.day_night = geometry.is_day ? DayNight::kDay : DayNight::kNight;
  scene.num_reflectances = kNumReflectances;
  scene.image = Planes(kNumChannels, size);
  scene.valid = Mask(size, 1);
  scene.truth = Mask(size);
  scene.summary = Mask(size);
  scene.land = surface.land();
  std::vector<float> thickness(size.num_pixels());
  parallel_for(static_cast<std::size_t>(size.height_px), num_threads, [&](auto begin, auto end) {
    for (std::size_t row = begin; row < end; ++row) {
      RandomStream random(derive_seed(seed, "noise", row));
      for (int x = 0; x < size.width_px; ++x) {
        const int y = static_cast<int>(row);
        const std::size_t i = row * static_cast<std::size_t>(size.width_px) + x;
        const CloudColumn column = clouds.column(i);
        auto pixel = observe(surface.pixel(y, x), column, geometry.sun_cosine(size, y, x));
        add_noise(pixel, geometry.is_day, random);
        for (int c = 0; c < kNumChannels; ++c) scene.image.plane(c)[i] = pixel[c];
        thickness[i] = total_thickness(column);
        scene.truth->values[i] = thickness[i] >= kCloudThickness;
      }
    }
  });
  scene.label = noisy_label(*scene.truth, settings.label_noise, seed, num_threads);
  made.extras.bayes.resize(size.num_pixels());
  for (std::size_t i = 0; i < thickness.size(); ++i) {
    const bool is_cloud = scene.label.values[i] != 0;
    made.extras.bayes[i] = static_cast<std::uint8_t>(is_cloud ? (thickness[i] > 1 ? 3 : 1) : 0);
    scene.summary->values[i] = thickness[i] > 1;
  }
  clear_border(made, plan);
  const float middle = geometry.sun_cosine(size, size.height_px / 2, size.width_px / 2);
  made.extras.solar_zenith_deg =
      geometry.is_day ? std::acos(middle) * 180 / std::numbers::pi : 120.0;
  return made;
}

void write_scenes(
    const SyntheticSettings& settings, const fs::path& directory, int num_threads,
    const std::function<void(const std::string& file, int done, int total)>& progress) {
  const int total = settings.num_training + settings.num_test;
  for (int index = 0; index < total; ++index) {
    const SceneContent made = make_scene(settings, index, num_threads);
    const bool is_day = made.scene.day_night == DayNight::kDay;
    const fs::path folder = index < settings.num_training
                                ? directory / "training"
                                : directory / "inference" / (is_day ? "day" : "night");
    make_directories(folder);
    const fs::path path = folder / (made.scene.name + ".hdf");
    if (progress) progress(path.string(), index, total);
    write_scene(path, made.scene, made.extras);
  }
}

}  // namespace sciwright::cloudmask
