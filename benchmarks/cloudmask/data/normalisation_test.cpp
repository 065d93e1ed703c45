#include "cloudmask/data/normalisation.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two reflectances and a temperature of four pixels, the last without data.
Scene small_scene() {
  Scene scene{.num_reflectances = 2, .image = Planes(3, {2, 2}), .valid = Mask({2, 2}, 1)};
  scene.image.values = {0.1F, 0.2F, 0.3F, 0, 0.5F, 0.6F, 0.7F, 0, 280, 290, 300, 0};
  scene.valid.values = {1, 1, 1, 0};
  return scene;
}

TEST(ChannelStatistics, CountsValidPixelsOnly) {
  const auto s = channel_statistics(small_scene());
  EXPECT_EQ(s[2].count, 3);
  EXPECT_EQ(s[2].min, 280);
  EXPECT_EQ(s[2].max, 300);
  EXPECT_DOUBLE_EQ(s[2].mean, 290);
  EXPECT_NEAR(s[2].standard_deviation(), std::sqrt(200.0 / 3), 1e-9);
}

TEST(ChannelStatistics, MergeAsIfAllWereOneScene) {
  RandomStream random(1);
  std::vector<float> values(1000);
  for (float& v : values) v = static_cast<float>(270 + 10 * random.normal());
  const std::vector<std::uint8_t> valid(1000, 1);
  ChannelStatistics merged =
      plane_statistics(std::span(values).first(300), std::span(valid).first(300));
  merged.merge(plane_statistics(std::span(values).subspan(300), std::span(valid).subspan(300)));
  const ChannelStatistics whole = plane_statistics(values, valid);
  EXPECT_EQ(merged.count, whole.count);
  EXPECT_EQ(merged.min, whole.min);
  EXPECT_NEAR(merged.mean, whole.mean, 1e-10);
  EXPECT_NEAR(merged.squared_deviation, whole.squared_deviation, 1e-6);
}

TEST(ChannelStatistics, AreEqualForAnyNumberOfThreads) {
  const Scene scene = small_scene();
  EXPECT_EQ(statistics_text(channel_statistics(scene, 1), 2),
            statistics_text(channel_statistics(scene, 3), 2));
}

TEST(ChannelStatistics, SayWhenReflectancesLookLikeRadiances) {
  Scene scene = small_scene();
  EXPECT_EQ(statistics_text(channel_statistics(scene), 2),
            "channel       min      mean       max     std\n"
            "-------  --------  --------  --------  ------\n"
            "refs 1     0.1000    0.2000    0.3000  0.0816\n"
            "refs 2     0.5000    0.6000    0.7000  0.0816\n"
            "bts 1    280.0000  290.0000  300.0000  8.1650\n");
  for (float& value : scene.image.plane(0)) value *= 300;
  EXPECT_THAT(statistics_text(channel_statistics(scene), 2), HasSubstr("look like radiances"));
}

TEST(Normalisation, FixedIsThePapers) {
  Scene scene = small_scene();
  normalise(scene.image, scales_for(Normalisation::kFixed, scene, {}));
  EXPECT_NEAR(scene.image.plane(0)[0], -0.4, 1e-6);
  EXPECT_NEAR(scene.image.plane(2)[0], 10.0 / 22, 1e-6);
  EXPECT_NEAR(scene.image.plane(2)[3], -270.0 / 22, 1e-5);
}

TEST(Normalisation, ImageSharesOneScaleAmongReflectances) {
  Scene scene = small_scene();
  const auto scales = scales_for(Normalisation::kImage, scene, {});
  EXPECT_EQ(scales[0], scales[1]);
  EXPECT_FLOAT_EQ(scales[0].shift, 0.4F);
  EXPECT_NEAR(scales[0].scale, std::sqrt(0.28 / 6), 1e-6);
  EXPECT_FLOAT_EQ(scales[2].shift, 290);
  normalise(scene.image, scales, &scene.valid);
  EXPECT_EQ(scene.image.plane(0)[3], 0);
  EXPECT_EQ(scene.image.plane(2)[1], 0);
}

TEST(Normalisation, GivesZeroForConstantNightReflectances) {
  Scene scene = small_scene();
  for (int c = 0; c < 2; ++c) {
    for (float& value : scene.image.plane(c)) value = 0;
  }
  normalise(scene.image, scales_for(Normalisation::kImage, scene, {}), &scene.valid);
  EXPECT_THAT(scene.image.plane(1), ElementsAre(0, 0, 0, 0));
}

TEST(Normalisation, ChannelUsesTheTrainingScenes) {
  const Scene scene = small_scene();
  std::vector<ChannelStatistics> training(3);
  training[1] = {.count = 4, .mean = 2, .squared_deviation = 36};
  EXPECT_EQ(scales_for(Normalisation::kChannel, scene, training)[1], (ChannelScale{2, 3}));
}

TEST(Normalisation, KnowsItsNames) {
  EXPECT_EQ(parse_normalisation("channel"), Normalisation::kChannel);
  EXPECT_THROW(parse_normalisation("z"), Error);
}

}  // namespace
}  // namespace sciwright::cloudmask
