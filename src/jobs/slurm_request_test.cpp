#include "jobs/slurm_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SbatchOptions, WritesWhatIsAskedFor) {
  const Resources resources{.num_nodes = 1,
                            .num_tasks = 2,
                            .num_cpus_per_task = 3,
                            .num_gpus = 1,
                            .gpu_type = "a100",
                            .memory_mb = 4000,
                            .time_limit_s = 61,
                            .partition = "gpu",
                            .account = "bio",
                            .directives = {"--qos=long"}};
  EXPECT_THAT(
      sbatch_options(resources),
      ElementsAre("--nodes=1", "--ntasks=2", "--cpus-per-task=3", "--gres=gpu:a100:1",
                  "--mem=4000M", "--time=2", "--partition=gpu", "--account=bio", "--qos=long"));
  EXPECT_THAT(sbatch_options({}), IsEmpty());
}

TEST(DependencyOptions, NamesTheTasksOfPackedJobs) {
  EXPECT_THAT(dependency_options({"12_1", "13_2#4"}),
              ElementsAre("--dependency=afterok:12_1:13_2", "--kill-on-invalid-dep=yes"));
  EXPECT_THAT(dependency_options({}), IsEmpty());
}

}  // namespace
}  // namespace sciwright::jobs
