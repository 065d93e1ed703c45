#include "jobs/lsf_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(LsfAnswers, FoldsTheStatesOfLsfsManual) {
  EXPECT_EQ(lsf_status("PEND", "-", "-").state, JobState::kPending);
  EXPECT_EQ(lsf_status("PSUSP", "-", "-").state, JobState::kPending);
  EXPECT_EQ(lsf_status("RUN", "-", "-").state, JobState::kRunning);
  EXPECT_EQ(lsf_status("SSUSP", "-", "-").state, JobState::kRunning);
  EXPECT_EQ(lsf_status("ZOMBI", "-", "-").state, JobState::kRunning);
  EXPECT_EQ(lsf_status("DONE", "-", "-"), ended(EndingKind::kSuccess, 0));
  EXPECT_EQ(lsf_status("EXIT", "3", "-"), ended(EndingKind::kFailure, 3));
  EXPECT_EQ(lsf_status("UNKWN", "-", "-"), (JobStatus{JobState::kUnknown, {}, "UNKWN"}));
}

TEST(LsfAnswers, ReadsWhyAJobEnded) {
  EXPECT_EQ(
      lsf_status("EXIT", "140", "TERM_RUNLIMIT: job killed after reaching LSF run time limit"),
      ended(EndingKind::kTimeLimit, {}, 12));
  EXPECT_EQ(lsf_status("EXIT", "137", "TERM_MEMLIMIT: job killed after reaching LSF memory limit"),
            ended(EndingKind::kOutOfMemory, {}, 9));
  EXPECT_EQ(lsf_status("EXIT", "130", "TERM_OWNER: job killed by owner"),
            ended(EndingKind::kCancelled, {}, 2));
}

TEST(LsfAnswers, ReadsBjobs) {
  EXPECT_THAT(
      parse_bjobs("12|1|RUN|-|-|-\n12|2|PEND|-|-|Job slot limit reached: 4 hosts\n"),
      ElementsAre(
          Pair("12_1", JobStatus{JobState::kRunning, {}, {}}),
          Pair("12_2", JobStatus{JobState::kPending, {}, "Job slot limit reached: 4 hosts"})));
}

TEST(LsfAnswers, FindsTheIdInBsubsSentence) {
  EXPECT_EQ(parse_bsub("Job <12> is submitted to queue <normal>.\n"), "12");
  EXPECT_EQ(parse_bsub("Request aborted by esub.\n"), "");
}

TEST(LsfAnswers, WritesWhatIsAskedFor) {
  EXPECT_THAT(bsub_options({.num_nodes = 2,
                            .num_tasks = 8,
                            .num_gpus = 1,
                            .memory_mb = 4000,
                            .time_limit_s = 90,
                            .partition = "normal",
                            .account = "bio",
                            .directives = {"-x"}}),
              ElementsAre("-n", "8", "-R", "span[ptile=4]", "-gpu", "num=1", "-M", "4000MB", "-W",
                          "2", "-q", "normal", "-P", "bio", "-x"));
}

}  // namespace
}  // namespace sciwright::jobs
