#include "record/progress_line.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::record {
namespace {

TEST(ProgressLine, IsOneLineWithEverythingInIt) {
  ProgressLine p{.status = "running", .percent = 10, .pid = "7"};
  p.utc_ns = 1'659'716'980'228'901'000;
  p.values = {{"user", "gregor"}, {"x", "1"}};
  EXPECT_EQ(progress_line(p),
            "# cloudmesh status=running progress=10 pid=7 time='2022-08-05 16:29:40.228901' "
            "user=gregor x=1");
}

TEST(ProgressLine, QuotesWhatReadersWouldCut) {
  ProgressLine p{.status = "failed", .pid = "7"};
  p.values = {{"msg", "it's \"lost\"\nhere"}, {"a", "two words"}, {"b", ""}, {"c", "\"x"}};
  EXPECT_EQ(progress_line(p),
            "# cloudmesh status=failed pid=7 msg=\"it's 'lost' here\" a='two words' b='' c='\"x'");
}

TEST(ProgressLine, RoundsDownSoThatOnlyTheEndIsTheEnd) {
  EXPECT_EQ(progress_line({.status = "running", .percent = 99.9, .pid = "7"}),
            "# cloudmesh status=running progress=99 pid=7");
}

TEST(ProgressLine, JoinsWithAnotherSeparatorAndAppends) {
  ProgressLine p{.status = "running", .percent = 1, .pid = "7"};
  p.values = {{"a", "1"}, {"b", "2"}};
  p.separator = ",";
  p.append = "c=3\nd=4";
  EXPECT_EQ(progress_line(p), "# cloudmesh status=running progress=1 pid=7 a=1,b=2 c=3 d=4");
}

TEST(ProgressLine, RefusesWhatNobodyCouldRead) {
  ProgressLine p{.status = "not well", .percent = 101, .pid = ""};
  p.values = {{"a b", "1"}, {"pid", "2"}};
  try {
    progress_line(p);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_STREQ(error.what(),
                 "status: found 'not well', expected one word of letters, digits and _ - . + :\n"
                 "progress: found 101, expected 0 to 100 (percent)\n"
                 "pid: found '', expected one word of letters, digits and _ - . + :\n"
                 "key: found 'a b', expected one word of letters, digits and _ - . + :\n"
                 "key: 'pid' is one of the line's own");
  }
}

TEST(ProgressLine, StandsBetweenTwoRulesAsABanner) {
  const std::string rule = "# " + std::string(78, '#');
  EXPECT_EQ(with_banner("x"), rule + "\nx\n" + rule);
}

TEST(ProgressLine, ChoosesStatusAndPid) {
  EXPECT_EQ(usual_status(100.0), "done");
  EXPECT_EQ(usual_status(99.0), "running");
  EXPECT_EQ(usual_status({}), "running");
  EXPECT_EQ(usual_pid({}, 3), "3");
  EXPECT_EQ(usual_pid({{"LSB_JOBID", "5"}}, 3), "5");
  EXPECT_EQ(usual_pid({{"LSB_JOBID", "5"}, {"SLURM_JOB_ID", "4"}}, 3), "4");
  EXPECT_EQ(usual_pid({{"SLURM_JOB_ID", ""}}, 3), "3");
}

}  // namespace
}  // namespace sciwright::record
