#include "jobs/job_status.h"

#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

TEST(JobStatus, NamesOfEndingsAreReadBack) {
  EXPECT_EQ(ending_name(EndingKind::kOutOfMemory), "out_of_memory");
  EXPECT_EQ(ending_named("out_of_memory"), EndingKind::kOutOfMemory);
  EXPECT_EQ(ending_named("lost"), EndingKind::kLost);
  EXPECT_EQ(ending_named("dead"), std::nullopt);
}

TEST(JobStatus, DescribesEndingsInPlainWords) {
  EXPECT_EQ(describe({EndingKind::kFailure, 3, {}}), "exit code 3");
  EXPECT_EQ(describe({EndingKind::kFailure, {}, 9}), "killed by signal 9 (Killed)");
  EXPECT_EQ(describe({EndingKind::kTimeLimit, {}, 15}), "stopped at its time limit");
}

}  // namespace
}  // namespace sciwright::jobs
