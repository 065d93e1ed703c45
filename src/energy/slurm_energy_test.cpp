#include "energy/slurm_energy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::IsEmpty;

TEST(SlurmEnergy, TakesTheLargestStepOfARunningJob) {
  const auto readings = parse_slurm_energy(
      "JobID|ConsumedEnergyRaw\n"
      "123.extern|80000\n"
      "123.batch|79000\n"
      "123.0|60000\n");
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings[0].second.energy_j, 80'000.0);
}

TEST(SlurmEnergy, PrefersTheJobsOwnLine) {
  const auto readings = parse_slurm_energy("JobID|ConsumedEnergy\n123|12.5K\n123.batch|13K\n");
  EXPECT_EQ(readings.at(0).second.energy_j, 12'500.0);
}

TEST(SlurmEnergy, TakesNothingWhereSlurmCollectsNone) {
  EXPECT_THAT(parse_slurm_energy("JobID|ConsumedEnergyRaw\n123.batch|0\n123.0|4294967294\n"),
              IsEmpty());
}

TEST(SlurmEnergy, TakesNothingFromOtherText) {
  EXPECT_THAT(parse_slurm_energy(""), IsEmpty());
  EXPECT_THAT(parse_slurm_energy("sstat: error: no steps running for job 123\n"), IsEmpty());
}

TEST(SlurmEnergy, AsksForNothingWithoutAJob) {
  EXPECT_EQ(slurm_query("").command, "false");
  EXPECT_EQ(slurm_query("1; rm x").command, "false");
  EXPECT_EQ(slurm_query("12_3").command,
            "sstat --allsteps --parsable2 --format=JobID,ConsumedEnergyRaw --jobs=12_3");
}

}  // namespace
}  // namespace sciwright::energy
