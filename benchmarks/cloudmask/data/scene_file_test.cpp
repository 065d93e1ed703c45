#include "cloudmask/data/scene_file.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/scene_writer.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

class SceneFileTest : public ::testing::Test {
 protected:
  fs::path path(const std::string& name = "scene.hdf") const { return folder_.path() / name; }

  std::string message_of(const fs::path& file, SceneReadOptions options = {}) const {
    try {
      read_scene(file, options);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      std::string text = error.what();
      for (std::size_t at; (at = text.find(folder_.path().string() + "/")) != std::string::npos;) {
        text.erase(at, folder_.path().string().size() + 1);
      }
      return text;
    }
    return "no error";
  }

  TemporaryDirectory folder_;
};

/// A scene of 1 row and 2 columns with two reflectances and one temperature.
void write_small(const fs::path& path, const std::vector<float>& refs,
                 const std::vector<float>& bts, const std::vector<std::int16_t>& bayes) {
  io::Hdf5Writer file(path);
  file.write<float>("refs", refs, {1, 2, 2});
  file.write<float>("bts", bts, {1, 2, 1});
  file.write<std::int16_t>("bayes", bayes, {1, 2, 1});
  file.commit();
}

TEST_F(SceneFileTest, SeparatesTheChannels) {
  write_small(path(), {0.1F, 0.2F, 0.3F, 0.4F}, {270, 280}, {0, 2});
  const Scene scene = read_scene(path());
  EXPECT_THAT(scene.image.values, ElementsAre(0.1F, 0.3F, 0.2F, 0.4F, 270, 280));
  EXPECT_EQ(scene.num_reflectances, 2);
  EXPECT_THAT(scene.label.values, ElementsAre(0, 1));
  EXPECT_THAT(scene.valid.values, ElementsAre(1, 1));
}

TEST_F(SceneFileTest, ReadsIntegersAndDoublesAndPlanesWithoutChannel) {
  io::Hdf5Writer file(path());
  file.write<std::uint16_t>("refs", std::vector<std::uint16_t>{1, 2, 3, 4}, {2, 2, 1}, 9);
  file.write<double>("bts", std::vector<double>{1.5, 2.5, 3.5, 4.5}, {2, 2, 1});
  file.write<std::uint8_t>("bayes", std::vector<std::uint8_t>{0, 1, 0, 1}, {2, 2});
  file.commit();
  const Scene scene = read_scene(path());
  EXPECT_THAT(scene.image.values, ElementsAre(1, 2, 3, 4, 1.5, 2.5, 3.5, 4.5));
  EXPECT_THAT(scene.label.values, ElementsAre(0, 1, 0, 1));
}

TEST_F(SceneFileTest, TakesSixChannelImagesWithoutTemperatures) {
  io::Hdf5Writer file(path());
  file.write<float>("refs", std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1F}, {1, 2, 6});
  file.write<std::uint8_t>("bayes", std::vector<std::uint8_t>{0, 1}, {1, 2, 1});
  file.commit();
  const Scene scene = read_scene(path(), {.num_channels = 6});
  EXPECT_EQ(scene.image.num_channels, 6);
  EXPECT_THAT(scene.valid.values, ElementsAre(0, 1));
}

TEST_F(SceneFileTest, ChoosesLabelBits) {
  write_small(path(), {1, 1, 1, 1}, {270, 280}, {1, 6});
  EXPECT_THAT(read_scene(path(), {.label_bits = 3}).label.values, ElementsAre(1, 1));
  EXPECT_THAT(read_scene(path(), {.label_bits = 1}).label.values, ElementsAre(1, 0));
}

TEST_F(SceneFileTest, MarksBordersOfZeroAndHolesAsInvalid) {
  write_small(path(), {0, 0, kNan, 0.4F}, {0, 280}, {0, 0});
  EXPECT_THAT(message_of(path()), HasSubstr("none of the 1 x 2 pixels has data"));
  write_small(path(), {0.1F, 0.1F, kNan, 0.4F}, {270, 280}, {0, 0});
  const Scene scene = read_scene(path());
  EXPECT_THAT(scene.valid.values, ElementsAre(1, 0));
  EXPECT_EQ(scene.image.plane(0)[1], 0);
}

TEST_F(SceneFileTest, TakesReflectancesThatAreNowhereForNight) {
  write_small(path(), {kNan, kNan, kNan, kNan}, {270, 280}, {0, 1});
  const Scene scene = read_scene(path());
  EXPECT_THAT(scene.valid.values, ElementsAre(1, 1));
  EXPECT_THAT(scene.image.values, ElementsAre(0, 0, 0, 0, 270, 280));
}

TEST_F(SceneFileTest, ReadsAWindow) {
  io::Hdf5Writer file(path());
  file.write<float>("refs", std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3, 1});
  file.write<std::uint8_t>("bayes", std::vector<std::uint8_t>{0, 0, 1, 0, 1, 1}, {2, 3, 1});
  file.commit();
  const Scene part = SceneFile(path()).read({0, 1, {2, 2}}, {});
  EXPECT_THAT(part.image.values, ElementsAre(2, 3, 5, 6));
  EXPECT_THAT(part.label.values, ElementsAre(0, 1, 1, 1));
}

TEST_F(SceneFileTest, AHoleIsAHoleInAWindowToo) {
  write_small(path(), {kNan, 0.1F, 0.3F, 0.4F}, {270, 280}, {0, 0});
  const Scene whole = read_scene(path());
  EXPECT_THAT(whole.absent_reflectances, IsEmpty());
  EXPECT_THAT(whole.valid.values, ElementsAre(0, 1));
  const Window first{0, 0, {1, 1}};
  EXPECT_THAT(SceneFile(path()).read(first, whole.absent_reflectances).valid.values,
              ElementsAre(0));
  EXPECT_THAT(SceneFile(path()).read(first, {0}).valid.values, ElementsAre(1));
}

TEST_F(SceneFileTest, NamesAnotherSizeThanTheSettingsAskFor) {
  write_small(path(), {1, 1, 1, 1}, {270, 280}, {0, 1});
  EXPECT_EQ(message_of(path(), {.height_px = 1, .width_px = 2}), "no error");
  EXPECT_EQ(message_of(path(), {.height_px = 1200, .width_px = 1500}),
            "scene.hdf: has 1 rows, expected 1200 (data.image_height_px)\n"
            "scene.hdf: has 2 columns, expected 1500 (data.image_width_px)");
}

TEST_F(SceneFileTest, KnowsDayAndNightByFolderOrSun) {
  fs::create_directories(path("night"));
  Scene scene{.num_reflectances = 1, .image = Planes(1, {1, 1}), .label = Mask({1, 1})};
  scene.image.values = {1};
  write_scene(path("night/a.hdf"), scene, {.solar_zenith_deg = 40});
  write_scene(path("b.hdf"), scene, {.solar_zenith_deg = 40});
  write_scene(path("c.hdf"), scene, {.solar_zenith_deg = 100});
  write_scene(path("d.hdf"), scene);
  EXPECT_EQ(read_scene(path("night/a.hdf")).day_night, DayNight::kNight);
  EXPECT_EQ(read_scene(path("b.hdf")).day_night, DayNight::kDay);
  EXPECT_EQ(read_scene(path("c.hdf")).day_night, DayNight::kNight);
  EXPECT_EQ(read_scene(path("d.hdf")).day_night, DayNight::kUnknown);
}

TEST_F(SceneFileTest, IsReadAsItWasWritten) {
  Scene scene{.num_reflectances = 1,
              .image = Planes(2, {1, 2}),
              .label = Mask({1, 2}),
              .summary = Mask({1, 2}),
              .truth = Mask({1, 2}),
              .land = Mask({1, 2}, 1)};
  scene.image.values = {0.5F, 0.25F, 280, 290};
  scene.label.values = {1, 0};
  scene.truth->values = {1, 1};
  write_scene(path(), scene, {.bayes = {8, 0}});
  const Scene back = read_scene(path());
  EXPECT_EQ(back.image.values, scene.image.values);
  EXPECT_EQ(back.label, scene.label);
  EXPECT_EQ(back.summary, scene.summary);
  EXPECT_EQ(back.truth, scene.truth);
  EXPECT_EQ(back.land, scene.land);
}

TEST_F(SceneFileTest, NamesMissingDatasets) {
  io::Hdf5Writer file(path());
  file.write<float>("refs", std::vector<float>{1, 2}, {1, 2, 1});
  file.commit();
  EXPECT_EQ(message_of(path()), "scene.hdf: has no dataset 'bayes' (it has: refs)");
  EXPECT_TRUE(read_scene(path(), {.needs_label = false}).label.values.empty());
}

TEST_F(SceneFileTest, NamesEveryWrongShape) {
  io::Hdf5Writer file(path());
  file.write<float>("refs", std::vector<float>(8, 1), {2, 2, 2});
  file.write<float>("bts", std::vector<float>(3, 1), {1, 3, 1});
  file.write<std::uint8_t>("bayes", std::vector<std::uint8_t>(8, 1), {2, 2, 2});
  file.commit();
  EXPECT_EQ(message_of(path(), {.num_channels = 9}),
            "scene.hdf: dataset 'bts' has the shape [1, 3, 1], expected [2, 2, channels] to fit "
            "'refs'\n"
            "scene.hdf: dataset 'bayes' has the shape [2, 2, 2], expected [2, 2, 1] to fit 'refs'\n"
            "scene.hdf: has 2 reflectances ('refs') and 1 temperatures ('bts'), expected 9 "
            "channels in all");
}

TEST_F(SceneFileTest, NamesALabelOutOfRange) {
  write_small(path(), {1, 1, 1, 1}, {270, 280}, {0, -3});
  EXPECT_EQ(message_of(path()),
            "scene.hdf: dataset 'bayes' has -3 in row 0, column 1; expected flags, whole numbers "
            "from 0 to 65535");
}

TEST_F(SceneFileTest, NamesATruncatedFile) {
  write_small(path(), {1, 1, 1, 1}, {270, 280}, {0, 1});
  fs::resize_file(path(), fs::file_size(path()) / 2);
  EXPECT_THAT(message_of(path()), HasSubstr("scene.hdf: cannot read as HDF5"));
}

TEST_F(SceneFileTest, FindsScenesAtAnyDepthInOrder) {
  fs::create_directories(path("b/deep"));
  for (const char* name : {"b/deep/S3A_1.hdf", "S3B_2.hdf", "S3A_3.hdf", "S3A_4.h5", "other.hdf"}) {
    write_file_atomic(path(name), "");
  }
  EXPECT_THAT(find_scenes(folder_.path(), {"S3A*.hdf", "S3B*.hdf"}),
              ElementsAre(path("S3A_3.hdf"), path("S3B_2.hdf"), path("b/deep/S3A_1.hdf")));
}

TEST_F(SceneFileTest, SaysWhenNoSceneIsFound) {
  write_file_atomic(path("a.txt"), "");
  try {
    find_scenes(folder_.path(), {"S3A*.hdf"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(
        std::string(error.what()),
        folder_.path().string() + ": none of its 1 files is a scene (S3A*.hdf; see data.patterns)");
  }
}

}  // namespace
}  // namespace sciwright::cloudmask
