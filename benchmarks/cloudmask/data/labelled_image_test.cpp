#include "cloudmask/data/labelled_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/real_data.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/scene_list.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// 4×4 pixels that count from 0.5; the lower right quadrant is cloud.
Scene counting_image() {
  const ImageSize size{4, 4};
  Scene image{.name = "image",
              .path = "image.npz",
              .num_reflectances = 1,
              .image = Planes(1, size),
              .valid = Mask(size, 1),
              .label = Mask(size)};
  for (std::size_t i = 0; i < 16; ++i) {
    image.image.values[i] = static_cast<float>(i) + 0.5F;
    image.label.values[i] = i >= 8 && i % 4 >= 2;
  }
  return image;
}

std::vector<std::string> names_below(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& path : find_scenes(directory, {"*.hdf"})) names.push_back(path.stem().string());
  return names;
}

TEST(LabelledImage, IsCutIntoTiles) {
  const TemporaryDirectory dir;
  write_labelled_set(counting_image(), {.tile_px = 2}, dir.path());
  EXPECT_THAT(names_below(dir.path()), ElementsAre("image_0000_0000", "image_0000_0002",
                                                   "image_0002_0000", "image_0002_0002"));
  const Scene tile = read_scene(dir.path() / "image_0002_0002.hdf");
  EXPECT_THAT(tile.image.values, ElementsAre(10.5F, 11.5F, 14.5F, 15.5F));
  EXPECT_THAT(tile.label.values, ElementsAre(1, 1, 1, 1));
}

TEST(LabelledImage, HoldsOutAQuadrantWhole) {
  const TemporaryDirectory dir;
  write_labelled_set(counting_image(), {.tile_px = 1, .held_out = 1}, dir.path());
  EXPECT_EQ(names_below(dir.path() / "training").size(), 12U);
  EXPECT_THAT(names_below(dir.path() / "inference"), ElementsAre("image_0000_0002"));
  const Scene test = read_scene(dir.path() / "inference/image_0000_0002.hdf");
  EXPECT_THAT(test.image.values, ElementsAre(2.5F, 3.5F, 6.5F, 7.5F));
}

TEST(LabelledImage, SaysThatTilesDoNotDivideAQuadrant) {
  const TemporaryDirectory dir;
  try {
    write_labelled_set(counting_image(), {.tile_px = 3, .held_out = 1}, dir.path());
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("tiles of 3 px do not divide a quadrant of 2 x 2 pixels"));
  }
}

TEST(LabelledImage, OfARealSensorHasItsCloudShare) {
  SKIP_WITHOUT_REAL_DATA();
  const Scene image = real_image("landsat5");
  EXPECT_EQ(image.image.num_channels, 6);
  const auto cloud = std::count(image.label.values.begin(), image.label.values.end(), 1);
  EXPECT_NEAR(static_cast<double>(cloud) / (512.0 * 512), 0.328, 0.0005);
}

}  // namespace
}  // namespace sciwright::cloudmask
