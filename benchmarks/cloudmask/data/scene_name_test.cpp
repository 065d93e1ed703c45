#include "cloudmask/data/scene_name.h"

#include <gtest/gtest.h>

namespace sciwright::cloudmask {
namespace {

const std::string kName =
    "S3A_SL_1_RBT____20191003T221154_20191003T221454_20191005T035241_0179_050_058_0900_LN2_O_NT_"
    "003";

TEST(SceneName, TellsMissionTimesAndOrbit) {
  const auto name = parse_scene_name(kName + ".hdf");
  ASSERT_TRUE(name);
  EXPECT_EQ(*name, (SceneName{.mission = "S3A",
                              .start_s = 1570140714,
                              .stop_s = 1570140894,
                              .creation_s = 1570247561,
                              .duration_s = 179,
                              .cycle = 50,
                              .relative_orbit = 58,
                              .frame = 900,
                              .centre = "LN2",
                              .platform = "O",
                              .timeliness = "NT",
                              .collection = "003"}));
}

TEST(SceneName, IsWrittenAsItIsRead) {
  EXPECT_EQ(format_scene_name(parse_scene_name(kName + ".SEN3").value()), kName);
}

TEST(SceneName, IsNothingForOtherNames) {
  EXPECT_FALSE(parse_scene_name("sentinel2.hdf"));
  EXPECT_FALSE(parse_scene_name(kName.substr(0, 60)));
}

TEST(SceneName, IsNothingForADateThatDoesNotExist) {
  std::string name = kName;
  name.replace(name.find("20191003T221154"), 8, "20190231");
  EXPECT_FALSE(parse_scene_name(name));
}

}  // namespace
}  // namespace sciwright::cloudmask
