#include "jobs/slurm_states.h"

#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

TEST(SlurmStates, FoldsTheStatesOfSlurmsManual) {
  const struct {
    const char* word;
    JobStatus expected;
  } rows[] = {
      {"PENDING", {JobState::kPending, {}, {}}},
      {"CONFIGURING", {JobState::kPending, {}, {}}},
      {"REQUEUED", {JobState::kPending, {}, {}}},
      {"REQUEUE_HOLD", {JobState::kPending, {}, {}}},
      {"SPECIAL_EXIT", {JobState::kPending, {}, {}}},
      {"RUNNING", {JobState::kRunning, {}, {}}},
      {"COMPLETING", {JobState::kRunning, {}, {}}},
      {"SUSPENDED", {JobState::kRunning, {}, {}}},
      {"STOPPED", {JobState::kRunning, {}, {}}},
      {"COMPLETED", ended(EndingKind::kSuccess)},
      {"FAILED", ended(EndingKind::kFailure)},
      {"OUT_OF_MEMORY", ended(EndingKind::kOutOfMemory)},
      {"TIMEOUT", ended(EndingKind::kTimeLimit)},
      {"DEADLINE", ended(EndingKind::kTimeLimit)},
      {"NODE_FAIL", ended(EndingKind::kNodeFailure)},
      {"BOOT_FAIL", ended(EndingKind::kNodeFailure)},
      {"PREEMPTED", ended(EndingKind::kPreempted)},
      {"CANCELLED", ended(EndingKind::kCancelled)},
      {"CANCELLED by 1000", ended(EndingKind::kCancelled)},
      {"REVOKED", ended(EndingKind::kCancelled)},
      {"PD", {JobState::kPending, {}, {}}},
      {"CG", {JobState::kRunning, {}, {}}},
      {"OOM", ended(EndingKind::kOutOfMemory)},
  };
  for (const auto& row : rows) EXPECT_EQ(slurm_status(row.word), row.expected) << row.word;
}

TEST(SlurmStates, DoesNotTakeAnUnknownStateForDead) {
  EXPECT_EQ(slurm_status("TELEPORTED"), (JobStatus{JobState::kUnknown, {}, "TELEPORTED"}));
}

TEST(SlurmStates, ReadsExitCodesAndSignals) {
  EXPECT_EQ(slurm_status("FAILED", "3:0"), ended(EndingKind::kFailure, 3));
  EXPECT_EQ(slurm_status("FAILED", "0:9"), ended(EndingKind::kFailure, {}, 9));
  EXPECT_EQ(slurm_status("COMPLETED", "0:0"), ended(EndingKind::kSuccess, 0));
}

}  // namespace
}  // namespace sciwright::jobs
