#include "cloudmask/data/synthetic_scene.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "cloudmask/data/baselines.h"
#include "cloudmask/data/channel_statistics.h"
#include "cloudmask/data/leakage.h"
#include "cloudmask/data/noise_field.h"
#include "cloudmask/data/pixel_physics.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/scene_list.h"

namespace sciwright::cloudmask {
namespace {

const SyntheticSettings kSmall = {
    .num_training = 2, .num_test = 2, .height_px = 96, .width_px = 120};

double share(const std::vector<std::uint8_t>& mask) {
  return std::accumulate(mask.begin(), mask.end(), 0.0) / static_cast<double>(mask.size());
}

/// Mean and spread of the 9×9 neighbourhood of every pixel, as further channels.
Scene with_context(const Scene& scene) {
  const ImageSize size = scene.image.size;
  Scene out = scene;
  out.image = Planes(3 * scene.image.num_channels, size);
  for (int c = 0; c < scene.image.num_channels; ++c) {
    const auto in = scene.image.plane(c);
    std::copy(in.begin(), in.end(), out.image.plane(3 * c).begin());
    for (int row = 0; row < size.height_px; ++row) {
      for (int x = 0; x < size.width_px; ++x) {
        double n = 0;
        double sum = 0;
        double squares = 0;
        for (int y = std::max(row - 4, 0); y <= std::min(row + 4, size.height_px - 1); ++y) {
          for (int z = std::max(x - 4, 0); z <= std::min(x + 4, size.width_px - 1); ++z) {
            const double value = in[static_cast<std::size_t>(y * size.width_px + z)];
            ++n;
            sum += value;
            squares += value * value;
          }
        }
        const auto i = static_cast<std::size_t>(row * size.width_px + x);
        out.image.plane(3 * c + 1)[i] = static_cast<float>(sum / n);
        out.image.plane(3 * c + 2)[i] = static_cast<float>(
            std::log(0.01 + std::sqrt(std::max(0.0, squares / n - sum * sum / n / n))));
      }
    }
  }
  return out;
}

double accuracy(const std::vector<float>& probability, const Scene& scene) {
  double right = 0;
  double total = 0;
  for (std::size_t i = 0; i < probability.size(); ++i) {
    if (scene.valid.values[i] == 0) continue;
    ++total;
    right += (probability[i] > 0.5) == (scene.truth->values[i] != 0);
  }
  return right / total;
}

TEST(NoiseField, HasMeanZeroAndVarianceOneForAnyNumberOfThreads) {
  const auto field = noise_field({64, 100}, {}, 3, 1);
  double sum = 0;
  double squares = 0;
  for (const float value : field) {
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 6400, 0, 1e-5);
  EXPECT_NEAR(squares / 6400, 1, 1e-4);
  EXPECT_EQ(noise_field({64, 100}, {}, 3, 3), field);
  EXPECT_NE(noise_field({64, 100}, {}, 4, 1), field);
}

TEST(UpperQuantile, IsExceededByItsFraction) {
  const auto field = noise_field({64, 100}, {}, 3, 1);
  const float edge = upper_quantile(field, 0.3);
  const auto above = std::count_if(field.begin(), field.end(), [&](float v) { return v > edge; });
  EXPECT_NEAR(static_cast<double>(above), 0.3 * 6400, 2);
}

const SurfacePixel kSea = {{0.085F, 0.05F, 0.03F, 0.03F, 0.01F, 0.006F}, 0.02F, 290, 289, 2};

TEST(PixelPhysics, SeesTheClearSeaAlmostAtItsTemperature) {
  const auto night = observe(kSea, {}, 0);
  EXPECT_EQ(night[0], 0);
  EXPECT_NEAR(night[7], 288.4, 0.05);
  EXPECT_NEAR(night[8], 287.2, 0.05);
  EXPECT_GT(observe(kSea, {}, 0.7F)[6], night[6]);
}

TEST(PixelPhysics, SeesThickCloudsBrightAndAtTheTemperatureOfTheirTops) {
  const auto seen = observe(kSea, {CloudPixel{}, CloudPixel{40, 5, false}, CloudPixel{}}, 0.7F);
  EXPECT_GT(seen[0], 0.7);
  EXPECT_NEAR(seen[7], 289 - 6.5 * 5, 0.1);
}

TEST(PixelPhysics, SeesThinCirrusAt1370NanometresAndBetween11And12Micrometres) {
  const auto clear = observe(kSea, {}, 0.7F);
  const auto cirrus = observe(kSea, {CloudPixel{}, CloudPixel{}, CloudPixel{0.8F, 10, true}}, 0.7F);
  EXPECT_LT(clear[3], 1e-4);
  EXPECT_GT(cirrus[3], 0.03);
  EXPECT_LT(cirrus[0], clear[0] + 0.08);
  EXPECT_GT(cirrus[7] - cirrus[8], clear[7] - clear[8] + 1);
}

TEST(SyntheticScene, IsEqualForAnyNumberOfThreads) {
  const SceneContent one = make_scene(kSmall, 0, 1);
  const SceneContent three = make_scene(kSmall, 0, 3);
  EXPECT_EQ(one.scene.image.values, three.scene.image.values);
  EXPECT_EQ(one.scene.label, three.scene.label);
}

TEST(SyntheticScene, DiffersByIndexAndSeed) {
  SyntheticSettings other = kSmall;
  other.seed = 2;
  const auto first = make_scene(kSmall, 0, 1).scene.image.values;
  EXPECT_NE(make_scene(kSmall, 1, 1).scene.image.values, first);
  EXPECT_NE(make_scene(other, 0, 1).scene.image.values, first);
}

TEST(SyntheticScene, StaysInPhysicalRanges) {
  for (int index = 0; index < 6; ++index) {
    const Scene scene = make_scene(kSmall, index, 1).scene;
    for (int c = 0; c < 9; ++c) {
      const ChannelStatistics s = plane_statistics(scene.image.plane(c), scene.valid.values);
      EXPECT_GE(s.min, c < 6 ? -0.01 : 190) << "channel " << c + 1 << " of scene " << index;
      EXPECT_LE(s.max, c < 6 ? 1.3 : 340) << "channel " << c + 1 << " of scene " << index;
    }
  }
}

TEST(SyntheticScene, FlipsTheGivenShareOfLabels) {
  SyntheticSettings s = kSmall;
  s.borders = false;
  s.label_noise = 0.1;
  const Scene scene = make_scene(s, 0, 1).scene;
  double flipped = 0;
  for (std::size_t i = 0; i < scene.label.values.size(); ++i) {
    flipped += scene.label.values[i] != scene.truth->values[i];
  }
  // Patches and scattered flips undo each other where they meet: 0.1 − 2 · 0.05².
  EXPECT_NEAR(flipped / static_cast<double>(scene.label.values.size()), 0.095, 0.01);
}

TEST(SyntheticScene, HasAboutTheCloudsAskedFor) {
  double sum = 0;
  for (int index = 0; index < 12; ++index)
    sum += share(make_scene(kSmall, index, 1).scene.truth->values);
  EXPECT_NEAR(sum / 12, 0.6, 0.08);  // Borders and the thinnest clouds do not count.
}

TEST(SyntheticScene, IsWrittenInTheBenchmarksLayout) {
  const TemporaryDirectory folder;
  write_scenes(kSmall, folder.path(), 1, {});
  const auto training = find_scenes(folder.path() / "training", {"S3A*.hdf"});
  const auto test = find_scenes(folder.path() / "inference", {"S3A*.hdf"});
  ASSERT_EQ(training.size(), 2U);
  ASSERT_EQ(test.size(), 2U);
  const SceneContent made = make_scene(kSmall, 1, 1);
  const Scene read = read_scene(training[1], {.num_channels = 9});
  EXPECT_EQ(read.name, made.scene.name);
  EXPECT_EQ(read.image.values, made.scene.image.values);
  EXPECT_EQ(read.label, made.scene.label);
  EXPECT_EQ(read.truth, made.scene.truth);
  EXPECT_EQ(read.valid, made.scene.valid);
  EXPECT_EQ(read.day_night, made.scene.day_night);
}

TEST(SyntheticScene, IsNoNeighbourOfAnother) {
  std::vector<SceneIdentity> scenes;
  for (int index = 0; index < 8; ++index)
    scenes.push_back({make_scene(kSmall, index, 1).scene.name});
  EXPECT_FALSE(
      find_leakage({scenes.begin(), scenes.begin() + 4}, {scenes.begin() + 4, scenes.end()})
          .leaks());
}

// The masks that look at one pixel are even fitted on the scenes they are scored on.
TEST(SyntheticScene, IsHardForOnePixelAtATime) {
  constexpr int kNumScenes = 16;
  PixelSample pixels;
  PixelSample context;
  std::vector<Scene> scenes;
  for (int index = 0; index < kNumScenes; ++index) {
    scenes.push_back(make_scene(kSmall, index, 1).scene);
    add_pixels(pixels, scenes.back(), 2000, 1);
    add_pixels(context, with_context(scenes.back()), 2000, 1);
  }
  const Baselines baselines = fit_baselines(pixels);
  const LogisticRegression with_neighbours = fit_logistic_regression(context);
  std::map<std::string, double> right;
  for (const Scene& scene : scenes) {
    for (const auto& [name, mask] : predict_baselines(baselines, scene.image, 1)) {
      right[name] += accuracy(mask, scene) / kNumScenes;
    }
    right["context"] +=
        accuracy(predict(with_neighbours, with_context(scene).image, 1), scene) / kNumScenes;
  }
  EXPECT_LT(right["brightness_threshold"], right["context"] - 0.1);
  EXPECT_LT(right["temperature_threshold"], right["context"] - 0.03);
  EXPECT_LT(right["logistic_regression"], right["context"] - 0.01);
}

}  // namespace
}  // namespace sciwright::cloudmask
