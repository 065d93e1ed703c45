#include "coordinator/job_output.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::coordinator {
namespace {

using Values = std::map<std::string, std::string>;

class JobOutput : public testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(file, std::ios::app) << text; }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "job.out";
  std::int64_t offset = 0;
};

TEST_F(JobOutput, SaysWhatIsNewInWholeLinesAndLaterWordsWin) {
  EXPECT_FALSE(read_progress(file, offset, false));
  write("hello\n# cloudmesh status=running progress=10 pid=7 loss=0.5 a=1\n");
  write("# cloudmesh status=running progress=20 pid=7 loss=0.4 msg='epoch 2'\n# cloudmesh sta");
  const auto said = read_progress(file, offset, false);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->percent, 20);
  EXPECT_EQ(said->message, "epoch 2");
  EXPECT_EQ(said->values, (Values{{"a", "1"}, {"loss", "0.4"}}));
  EXPECT_FALSE(read_progress(file, offset, false));
  write("tus=running progress=30 pid=7\n");
  EXPECT_EQ(read_progress(file, offset, false)->percent, 30);
}

TEST_F(JobOutput, OfAJobThatIsOverAlsoALineWithoutItsEndCounts) {
  write("# cloudmesh status=failed rc=4 progress=30 pid=7");
  EXPECT_FALSE(read_progress(file, offset, false));
  const auto said = read_progress(file, offset, true);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->exit_code, 4);
  EXPECT_EQ(said->message, "it says that it failed");
  EXPECT_EQ(offset, 48);
}

}  // namespace
}  // namespace sciwright::coordinator
