#include "cloudmask/data/scene_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::cloudmask {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const SceneRecord kRecord{
    {{"first", "aa"}, {"second", "bb"}}, {{"third", "cc"}}, {{"fifth", "ee", "ff"}}};

std::string problems_of(const std::filesystem::path& run, const SceneRecord& record) {
  try {
    keep_scene_record(run, record);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(SceneRecord, IsReadAsItWasWritten) {
  const TemporaryDirectory run;
  keep_scene_record(run.path(), kRecord);
  const SceneRecord read = read_scene_record(run.path());
  ASSERT_EQ(read.training.size(), 2U);
  EXPECT_EQ(read.training[1].name, "second");
  EXPECT_EQ(read.training[1].content_hash, "bb");
  ASSERT_EQ(read.validation.size(), 1U);
  EXPECT_EQ(read.validation[0].name, "third");
  EXPECT_EQ(problems_of(run.path(), kRecord), "");
}

TEST(SceneRecord, AResumedRunIsToldWhichScenesAreOthers) {
  const TemporaryDirectory run;
  keep_scene_record(run.path(), kRecord);
  const std::string told = problems_of(
      run.path(),
      {{{"first", "xx"}, {"fourth", "dd"}}, {{"third", "cc"}}, {{"fifth", "ee", "other labels"}}});
  EXPECT_THAT(told, AllOf(HasSubstr("first has changed"), HasSubstr("second is missing"),
                          HasSubstr("fourth is new"), HasSubstr("fifth has changed"),
                          HasSubstr("scenes.json"), Not(HasSubstr("third"))));
  EXPECT_EQ(problems_of(run.path(), kRecord), "") << "the record stays as it was";
}

TEST(SceneRecord, ScenesMayShareAName) {
  const TemporaryDirectory run;
  const SceneRecord record{{{"same", "aa"}, {"same", "bb"}}, {}, {}};
  keep_scene_record(run.path(), record);
  EXPECT_EQ(problems_of(run.path(), record), "");
  EXPECT_THAT(problems_of(run.path(), {{{"same", "bb"}, {"same", "cc"}}, {}, {}}),
              HasSubstr("same has changed"));
}

TEST(SceneRecord, AnotherFileIsRefused) {
  const TemporaryDirectory run;
  make_directories(run.path() / "model");
  for (const char* text : {"", "[]", "{\"schema_version\": 2}", "{\"schema_version\": 1}"}) {
    write_file_atomic(scene_record_file(run.path()), text);
    EXPECT_THAT(problems_of(run.path(), kRecord), HasSubstr("scenes.json")) << text;
  }
}

}  // namespace
}  // namespace sciwright::cloudmask
