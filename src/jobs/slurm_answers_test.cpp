#include "jobs/slurm_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(SlurmAnswers, ReadsSqueue) {
  EXPECT_THAT(parse_squeue("12_1|RUNNING|None\n12_2|PENDING|Resources\n13|TIMEOUT|TimeLimit\n"),
              ElementsAre(Pair("12_1", JobStatus{JobState::kRunning, {}, {}}),
                          Pair("12_2", JobStatus{JobState::kPending, {}, "Resources"}),
                          Pair("13", ended(EndingKind::kTimeLimit))));
}

TEST(SlurmAnswers, ReadsSacctAndTakesTheLastLineOfAJob) {
  EXPECT_THAT(parse_sacct("12|NODE_FAIL|0:0\n12|COMPLETED|0:0\n13_4|CANCELLED by 0|0:15\n"),
              ElementsAre(Pair("12", ended(EndingKind::kSuccess, 0)),
                          Pair("13_4", ended(EndingKind::kCancelled, {}, 15))));
}

TEST(SlurmAnswers, FindsMaxArraySize) {
  EXPECT_EQ(parse_max_array_size("MaxJobCount             = 10000\n"
                                 "MaxArraySize            = 20\n"),
            20);
  EXPECT_EQ(parse_max_array_size("nothing"), 1001);
}

TEST(SlurmAnswers, TakesTheLowerOfTheLimitsOfAssociationAndQos) {
  SlurmLimits limits;
  read_submit_limits("bio|bio|50|normal|\nbio|chem||normal,long|normal\nbio|free||long|\n",
                     "normal|20\nlong|\n", limits);
  EXPECT_EQ(limits.max_submit_of(""), 20);
  EXPECT_EQ(limits.max_submit_of("chem"), 20);
  EXPECT_EQ(limits.max_submit_of("free"), SlurmLimits::kNone);
  EXPECT_EQ(limits.max_submit_of("unheard-of"), SlurmLimits::kNone);
}

TEST(SlurmAnswers, KnowsNoLimitsWithoutAccounting) {
  SlurmLimits limits;
  read_submit_limits("", "", limits);
  EXPECT_EQ(limits.max_submit_of(""), SlurmLimits::kNone);
}

}  // namespace
}  // namespace sciwright::jobs
