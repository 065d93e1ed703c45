#include "jobs/slurm_words.h"

#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

TEST(SlurmWords, TellsSilenceFromNoRoomFromARefusal) {
  EXPECT_EQ(slurm_refusal("sbatch: error: Batch job submission failed: Unable to contact slurm "
                          "controller (connect failure)"),
            SlurmRefusal::kUnreachable);
  EXPECT_EQ(slurm_refusal("slurm_load_jobs error: Socket timed out on send/recv operation"),
            SlurmRefusal::kUnreachable);
  EXPECT_EQ(slurm_refusal("sbatch: fatal: Could not establish a configuration source"),
            SlurmRefusal::kUnreachable);
  EXPECT_EQ(slurm_refusal("sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job "
                          "submission failed: Job violates accounting/QOS policy (job submit "
                          "limit, user's size and/or time limits)"),
            SlurmRefusal::kNoRoom);
  EXPECT_EQ(slurm_refusal("sbatch: error: invalid partition specified: nope"),
            SlurmRefusal::kRefused);
}

TEST(SlurmWords, ExplainsARefusalInPlainWords) {
  EXPECT_EQ(explain_sbatch_error("sbatch: error: invalid partition specified: nope\n"),
            "There is no such partition; `sinfo` lists them. sbatch said: sbatch: error: invalid "
            "partition specified: nope");
  EXPECT_EQ(explain_sbatch_error("sbatch: error: the moon is full\n"),
            "sbatch refused the job: sbatch: error: the moon is full");
}

TEST(SlurmWords, ExplainsWhyAJobIsPending) {
  EXPECT_EQ(explain_pending_reason("QOSMaxGRESPerUser"),
            "The limit on the GPUs that you may have at a time is reached (set by the QOS).");
  EXPECT_EQ(explain_pending_reason("AssocGrpCpuLimit"),
            "The limit on the processors that your group may have at a time is reached (set for "
            "the account).");
  EXPECT_EQ(explain_pending_reason("DependencyNeverSatisfied"),
            "A job it depends on did not succeed, so it will never start; cancel it.");
  EXPECT_EQ(explain_pending_reason("Teleporting"), "Slurm's reason is Teleporting.");
}

}  // namespace
}  // namespace sciwright::jobs
