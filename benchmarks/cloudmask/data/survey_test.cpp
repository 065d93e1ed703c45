#include "cloudmask/data/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/synthetic_scene.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::HasSubstr;

const SyntheticSettings kSmall = {
    .num_training = 3, .num_test = 1, .height_px = 32, .width_px = 40, .borders = false};

class SurveyTest : public ::testing::Test {
 protected:
  void SetUp() override { write_scenes(kSmall, folder_.path(), 1, {}); }

  std::vector<std::filesystem::path> training() const {
    return find_scenes(folder_.path() / "training", {"S3A*.hdf"});
  }

  TemporaryDirectory folder_;
};

TEST_F(SurveyTest, FindsWhatAFitNeedsInOnePass) {
  const SceneSurvey survey = survey_scenes(training(), {.sample_pixels = 300});
  EXPECT_EQ(survey.num_scenes, 3);
  EXPECT_EQ(survey.num_day + survey.num_night, 3);
  EXPECT_EQ(survey.size, (ImageSize{32, 40}));
  EXPECT_EQ(survey.num_valid, 3 * 32 * 40);
  EXPECT_EQ(survey.statistics[8].count, 3 * 32 * 40);
  EXPECT_EQ(survey.sample.size(), 300U);
  EXPECT_GT(survey.cloud_fraction, 0.1);
  EXPECT_LT(survey.cloud_fraction, 0.999);
  EXPECT_LT(survey.summary_agreement.value(), 1);
  EXPECT_THAT(survey_text(survey), HasSubstr("32 x 40 pixels\n100.0 % of the pixels have data"));
}

TEST_F(SurveyTest, KnowsACopyUnderAnotherName) {
  auto paths = training();
  const auto copy = folder_.path() / "copy.hdf";
  std::filesystem::copy_file(paths[0], copy);
  const SceneSurvey original = survey_scenes(paths, {});
  const SceneSurvey copied = survey_scenes({copy}, {});
  EXPECT_EQ(find_leakage(original.identities, copied.identities).num_duplicates, 1);
}

TEST_F(SurveyTest, RefusesScenesOfOtherChannels) {
  Scene six{.num_reflectances = 6, .image = Planes(6, {8, 8}), .label = Mask({8, 8})};
  six.image.values.assign(six.image.values.size(), 0.5F);
  const auto path = folder_.path() / "six.hdf";
  write_scene(path, six);
  try {
    survey_scenes({training()[0], path}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              path.string() +
                  ": has 6 channels, 6 of them reflectances; expected 9 and 6 as the "
                  "scenes before");
  }
}

}  // namespace
}  // namespace sciwright::cloudmask
