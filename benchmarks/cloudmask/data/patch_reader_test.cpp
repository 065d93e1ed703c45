#include "cloudmask/data/patch_reader.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "cloudmask/data/scene_writer.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A scene whose only channel counts pixels from `first`; the first pixel of each is a hole.
Scene counting_scene(ImageSize size, float first) {
  Scene scene{.num_reflectances = 1, .image = Planes(1, size), .label = Mask(size)};
  std::iota(scene.image.values.begin(), scene.image.values.end(), first);
  scene.image.values.front() = 0;
  for (std::size_t i = 0; i < scene.label.values.size(); ++i) scene.label.values[i] = i % 2;
  return scene;
}

class PatchReaderTest : public ::testing::Test {
 protected:
  PatchReaderTest() {
    for (const int index : {0, 1}) {
      const Scene scene = counting_scene({4, 5}, static_cast<float>(100 * index + 1));
      scenes_.paths.push_back(directory_.path() / ("S3A" + std::to_string(index) + ".hdf"));
      write_scene(scenes_.paths.back(), scene);
      scenes_.absent_reflectances.emplace_back();
      scenes_.statistics.push_back({plane_statistics(
          scene.image.plane(0), std::vector<std::uint8_t>(scene.label.values.size(), 1))});
    }
    settings_.patch_px = 2;
  }

  PatchReader reader() const { return PatchReader(scenes_, {}, settings_); }
  /// Values of a patch with the fixed normalisation undone.
  static std::vector<float> values(const Patch& patch) {
    std::vector<float> out = patch.image.values;
    for (float& value : out) value += 0.5F;
    return out;
  }

  TemporaryDirectory directory_;
  SurveyedScenes scenes_;
  PatchSettings settings_;
};

TEST_F(PatchReaderTest, NumbersPatchesBySceneAndRow) {
  PatchReader patches = reader();
  EXPECT_EQ(patches.num_patches(), 8U);  // 4×5 px: no row and half a column cut off, 2×2 of 2
  EXPECT_THAT(values(patches.read(1)), ElementsAre(3, 4, 8, 9));
  EXPECT_THAT(values(patches.read(6)), ElementsAre(111, 112, 116, 117));
  EXPECT_THAT(patches.read(1).label.values, ElementsAre(0, 1, 1, 0));
}

TEST_F(PatchReaderTest, LeavesOutHolesOrTakesThemForClear) {
  EXPECT_THAT(reader().read(0).label.values, ElementsAre(kUncounted, 1, 1, 0));
  EXPECT_EQ(reader().read(0).image.values[0], 0);
  settings_.valid_only = false;
  EXPECT_THAT(reader().read(0).label.values, ElementsAre(0, 1, 1, 0));
  EXPECT_EQ(reader().read(0).image.values[0], -0.5F);
}

TEST_F(PatchReaderTest, NormalisesByItsOwnSceneWhereAsked) {
  settings_.normalisation = Normalisation::kImage;
  PatchReader patches = reader();
  EXPECT_NEAR(patches.read(1).image.values[1] - patches.read(1).image.values[0],
              1 / scenes_.statistics[0][0].standard_deviation(), 1e-5);
  EXPECT_NEAR(patches.read(5).image.values[1] - patches.read(5).image.values[0],
              1 / scenes_.statistics[1][0].standard_deviation(), 1e-5);
}

TEST_F(PatchReaderTest, KeepsPatchesUpToItsMemoryAndReadsTheOthersAgain) {
  settings_.memory_bytes = 3 * (4 * 4 + 4) + 5;
  PatchReader patches = reader();
  for (std::uint32_t i = 0; i < 8; ++i) patches.read(i);
  EXPECT_EQ(patches.bytes_in_memory(), 60);
  std::filesystem::remove(scenes_.paths[0]);
  std::filesystem::remove(scenes_.paths[1]);
  EXPECT_THAT(values(patches.read(1)), ElementsAre(3, 4, 8, 9));
  EXPECT_THROW(patches.read(7), Error);
}

TEST_F(PatchReaderTest, TurnsAndMirrorsImageAndLabelAlike) {
  PatchReader patches = reader();
  const auto variant = [&](std::uint32_t way) { return values(patches.read(1 + 8 * way)); };
  EXPECT_THAT(variant(1), ElementsAre(4, 3, 9, 8));
  EXPECT_THAT(variant(2), ElementsAre(8, 9, 3, 4));
  EXPECT_THAT(variant(4), ElementsAre(3, 8, 4, 9));
  std::vector<std::vector<float>> all;
  for (std::uint32_t way = 0; way < 8; ++way) all.push_back(variant(way));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end()) << "two of eight are the same";
  EXPECT_THAT(patches.read(1 + 8 * 1).label.values, ElementsAre(1, 0, 0, 1));
}

TEST_F(PatchReaderTest, ChangesTheBrightnessOfVariantsBeyondTheTurns) {
  settings_.jitter = 0.1;
  PatchReader patches = reader();
  EXPECT_THAT(values(patches.read(1)), ElementsAre(3, 4, 8, 9));
  const Patch a = patches.read(1 + 8 * 8);
  EXPECT_EQ(a.image.values, patches.read(1 + 8 * 8).image.values);
  EXPECT_NE(a.image.values, patches.read(1 + 8 * 16).image.values);
  const float gain = a.image.values[1] - a.image.values[0];
  EXPECT_NEAR(gain, 1, 0.15);
  EXPECT_NE(gain, 1);
}

TEST_F(PatchReaderTest, NamesEverySceneSmallerThanAPatch) {
  settings_.patch_px = 8;
  try {
    reader();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("S3A0.hdf: has 4 x 5 pixels, smaller than a training patch "
                                        "of 8 (data.patch_px)"));
    EXPECT_THAT(error.what(), HasSubstr("S3A1.hdf"));
  }
}

TEST(FullOrder, PermutesAllPatchesAnewEachEpoch) {
  std::vector<std::uint32_t> first = full_order(50, 1, 7, 0);
  EXPECT_NE(first, full_order(50, 1, 7, 1));
  EXPECT_EQ(first, full_order(50, 1, 7, 0));
  std::sort(first.begin(), first.end());
  std::vector<std::uint32_t> all(50);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(first, all);
}

TEST(FullOrder, DrawsAVariantOfEveryPatch) {
  std::vector<std::uint32_t> order = full_order(50, 8, 7, 0);
  EXPECT_GT(*std::max_element(order.begin(), order.end()), 300U);
  for (std::uint32_t& number : order) number %= 50;
  EXPECT_EQ(order, full_order(50, 1, 7, 0));
}

TEST(ReferenceOrder, HoldsFilesTogetherButForABuffer) {
  const std::vector<std::size_t> counts(10, 20);
  const std::vector<std::uint32_t> order = reference_order(counts, 8, 7, 0);
  std::vector<std::uint32_t> files;
  for (const std::uint32_t number : order) {
    if (std::find(files.begin(), files.end(), number / 20) == files.end())
      files.push_back(number / 20);
  }
  std::vector<std::uint32_t> next = reference_order(counts, 8, 7, 1);
  EXPECT_NE(order, next);
  std::vector<std::uint32_t> next_files;
  for (const std::uint32_t number : next) {
    if (std::find(next_files.begin(), next_files.end(), number / 20) == next_files.end())
      next_files.push_back(number / 20);
  }
  EXPECT_EQ(files, next_files) << "files are shuffled once";
  EXPECT_NE(files, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  std::sort(next.begin(), next.end());
  for (std::uint32_t i = 0; i < 200; ++i) ASSERT_EQ(next[i], i);
}

}  // namespace
}  // namespace sciwright::cloudmask
