#include "cloudmask/data/split.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::cloudmask {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::size_t> head(std::vector<std::size_t> list, std::size_t count) {
  list.resize(count);
  return list;
}

TEST(LegacyPermutation, IsNumpysForSeed42) {
  EXPECT_THAT(legacy_permutation(10, 42), ElementsAre(8, 1, 5, 0, 7, 2, 9, 4, 3, 6));
  EXPECT_THAT(head(legacy_permutation(970, 42), 10),
              ElementsAre(575, 259, 388, 495, 70, 906, 785, 485, 88, 548));
}

TEST(ReferenceSplit, ValidatesWithTheHeadOfThePermutation) {
  const SceneSplit split = reference_split(970, 0.8);
  EXPECT_THAT(split.training, SizeIs(776));
  EXPECT_THAT(split.validation, SizeIs(194));
  EXPECT_THAT(head(split.validation, 3), ElementsAre(575, 259, 388));
}

TEST(ReferenceSplit, RoundsTheTrainingPartDown) {
  const SceneSplit split = reference_split(10, 0.75);
  EXPECT_THAT(split.validation, ElementsAre(8, 1, 5));
  EXPECT_THAT(split.training, ElementsAre(0, 7, 2, 9, 4, 3, 6));
}

TEST(ReferenceSplit, RefusesASingleScene) {
  try {
    reference_split(1, 0.8);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "split: 1 scenes with a training fraction of 0.8 leave 0 to train on and 1 to "
                 "validate; expected at least one each");
  }
}

TEST(GroupedSplit, KeepsGroupsWhole) {
  std::vector<std::string> groups;
  for (int i = 0; i < 100; ++i) groups.push_back("orbit " + std::to_string(i / 5));
  const SceneSplit split = grouped_split(groups, 0.8, 3);
  EXPECT_THAT(split.training, SizeIs(80));
  std::set<std::string> training;
  for (const std::size_t i : split.training) training.insert(groups[i]);
  EXPECT_TRUE(std::none_of(split.validation.begin(), split.validation.end(),
                           [&](std::size_t i) { return training.contains(groups[i]); }));
}

TEST(GroupedSplit, FillsBothPartsFromTwoUnevenGroups) {
  const SceneSplit split = grouped_split({"a", "a", "a", "b"}, 0.8, 1);
  EXPECT_FALSE(split.training.empty());
  EXPECT_FALSE(split.validation.empty());
}

TEST(GroupedSplit, RefusesOneGroup) { EXPECT_THROW(grouped_split({"a", "a"}, 0.8, 1), Error); }

TEST(SceneGroups, AreOrbitsOrDays) {
  const std::vector<std::string> names = {
      "S3A_SL_1_RBT____20191003T221154_20191003T221454_20191005T035241_0179_050_058_0900_LN2_O_NT_"
      "003.hdf",
      "other.hdf"};
  EXPECT_THAT(scene_groups(names, false), ElementsAre("S3A cycle 50 orbit 58", "other.hdf"));
  EXPECT_THAT(scene_groups(names, true), ElementsAre("2019-10-03", "other.hdf"));
}

}  // namespace
}  // namespace sciwright::cloudmask
