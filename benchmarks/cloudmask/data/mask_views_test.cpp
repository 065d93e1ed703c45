#include "cloudmask/data/mask_views.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/mask_files.h"
#include "io/hdf5.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;

/// A run folder with the mask of one scene of 2 x 4 pixels, the last of which has no data.
class MaskViews : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(run() / "config.yaml") << "cloudmask: {scoring: {threshold: 0.4}}\n";
    make_directories(run() / "masks");
    const Scene scene{.name = "S3A_a", .image = Planes(1, {2, 4}), .valid = Mask({2, 4}, 1)};
    write_reference_mask(run() / "masks/S3A_a.hdf.h5",
                         {scene, std::vector<float>{1, 1, 0, 0, 1, 0, 0, 0.5F}});
  }

  void write_scene() const {
    make_directories(run() / "scenes/inference");
    io::Hdf5Writer file(run() / "scenes/inference/S3A_a.hdf");
    file.write<float>("refs", std::vector<float>{1, 1, 1, 1, 1, 1, 1, 0}, {2, 4, 1});
    file.write<std::uint16_t>("bayes", std::vector<std::uint16_t>{1, 1, 0, 0, 1, 1, 0, 0},
                              {2, 4, 1});
    file.commit();
  }

  std::filesystem::path run() const { return folder_.path(); }

 private:
  const TemporaryDirectory folder_;
};

TEST_F(MaskViews, ShowTheMaskAloneWhereTheSceneIsGone) {
  const std::vector<MaskView> views = read_mask_views(run(), 5, 100);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].name, "S3A_a");
  EXPECT_EQ(views[0].size, (ImageSize{.height_px = 2, .width_px = 4}));
  EXPECT_THAT(views[0].probability, ElementsAre(1, 1, 0, 0, 1, 0, 0, 0.5F));
  EXPECT_EQ(views[0].threshold, 0.4);
  EXPECT_TRUE(views[0].rgb.empty());
  EXPECT_TRUE(views[0].label.values.empty());
}

TEST_F(MaskViews, HoldTheLabelsOfTheSceneAndItsHoles) {
  write_scene();
  const MaskView view = read_mask_views(run(), 5, 100).at(0);
  EXPECT_EQ(view.rgb.size(), 24U);
  EXPECT_THAT(view.label.values, ElementsAre(1, 1, 0, 0, 1, 1, 0, 255));
  EXPECT_TRUE(std::isnan(view.probability[7]));
}

TEST_F(MaskViews, AreMeansOverBlocks) {
  write_scene();
  const MaskView view = read_mask_views(run(), 5, 2).at(0);
  EXPECT_EQ(view.size, (ImageSize{.height_px = 1, .width_px = 2}));
  EXPECT_THAT(view.probability, ElementsAre(0.75F, 0));
  EXPECT_THAT(view.label.values, ElementsAre(1, 0));
  EXPECT_EQ(view.rgb.size(), 6U);
}

TEST_F(MaskViews, ThereAreNoneOfARunWithoutMasks) {
  std::filesystem::remove_all(run() / "masks");
  EXPECT_TRUE(read_mask_views(run(), 5, 100).empty());
}

TEST_F(MaskViews, ABrokenMaskIsAnError) {
  std::ofstream(run() / "masks/S3A_a.hdf.h5") << "no HDF5";
  EXPECT_THROW(read_mask_views(run(), 5, 100), Error);
}

}  // namespace
}  // namespace sciwright::cloudmask
