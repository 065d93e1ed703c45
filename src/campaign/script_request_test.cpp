#include "campaign/script_request.h"

#include <gtest/gtest.h>

namespace sciwright::campaign {
namespace {

TEST(ScriptRequest, ReadsSlurmsDirectivesUpToTheFirstCommand) {
  const jobs::Resources asked = script_request(
      "#!/bin/bash\n#SBATCH --time=1-02:30:00\n#SBATCH -N 2 --ntasks=8\n#SBATCH --gres=gpu:a100:4\n"
      "#SBATCH --mem=64GB\n#SBATCH -p gpu -A physics   # ours\necho\n#SBATCH --time=1\n");
  EXPECT_EQ(asked.time_limit_s, 95400);
  EXPECT_EQ(asked.num_nodes, 2);
  EXPECT_EQ(asked.num_tasks, 8);
  EXPECT_EQ(asked.num_gpus, 4);
  EXPECT_EQ(asked.gpu_type, "a100");
  EXPECT_EQ(asked.memory_mb, 65536);
  EXPECT_EQ(asked.partition, "gpu");
  EXPECT_EQ(asked.account, "physics");
}

TEST(ScriptRequest, KnowsTheFormsOfTimes) {
  const auto time_s = [](const std::string& text) {
    return script_request("#SBATCH -t " + text + "\n").time_limit_s;
  };
  EXPECT_EQ(time_s("90"), 5400);
  EXPECT_EQ(time_s("10:30"), 630);
  EXPECT_EQ(time_s("01:00:05"), 3605);
  EXPECT_EQ(time_s("2-12"), 216000);
  EXPECT_EQ(time_s("{ee.time}"), 0);
}

TEST(ScriptRequest, KnowsTheFormsOfGpus) {
  const auto gpus = [](const std::string& text) {
    const jobs::Resources asked = script_request("#SBATCH " + text + "\n");
    return std::to_string(asked.num_gpus) + " " + asked.gpu_type;
  };
  EXPECT_EQ(gpus("--gres=gpu"), "1 ");
  EXPECT_EQ(gpus("--gres=gpu:2"), "2 ");
  EXPECT_EQ(gpus("--gres=gpu:v100"), "1 v100");
  EXPECT_EQ(gpus("--gpus=a100:3"), "3 a100");
  EXPECT_EQ(gpus("--gres=fpga:1"), "0 ");
}

TEST(ScriptRequest, ReadsLsfsDirectives) {
  const jobs::Resources asked = script_request(
      "#!/bin/bash\n#BSUB -W 1:30\n#BSUB -nnodes 3\n#BSUB -gpu num=6\n#BSUB -P ABC\n");
  EXPECT_EQ(asked.time_limit_s, 5400);
  EXPECT_EQ(asked.num_nodes, 3);
  EXPECT_EQ(asked.num_gpus, 6);
  EXPECT_EQ(asked.account, "ABC");
}

TEST(ScriptRequest, ReadsPbssDirectives) {
  const jobs::Resources asked = script_request(
      "#!/bin/bash\n#PBS -lwalltime=1:30:00\n#PBS -q gpu -A ABC\n"
      "#PBS -l select=2:ncpus=4:ngpus=2:mem=8gb+1:ncpus=1:mem=2gb,place=scatter\n");
  EXPECT_EQ(asked.time_limit_s, 5400);
  EXPECT_EQ(asked.num_nodes, 3);
  EXPECT_EQ(asked.num_gpus, 4);
  EXPECT_EQ(asked.memory_mb, 8192);
  EXPECT_EQ(asked.partition, "gpu");
  EXPECT_EQ(asked.account, "ABC");
}

TEST(ScriptRequest, KnowsWhoseDirectivesTheyAre) {
  EXPECT_EQ(scheduler_of_script("#!/bin/sh\n#PBS -q gpu\ntrue\n"), "pbs");
  EXPECT_EQ(scheduler_of_script("#!/bin/sh\n\n# text\n#BSUB -q gpu\n"), "lsf");
  EXPECT_EQ(scheduler_of_script("#!/bin/sh\ntrue\n#SBATCH -n 1\n"), "");
}

TEST(ScriptRequest, ReadsSizesOfMemory) {
  EXPECT_EQ(parse_memory_mb("500"), 500);
  EXPECT_EQ(parse_memory_mb("1.5G"), 1536);
  EXPECT_EQ(parse_memory_mb("2T"), 2097152);
  EXPECT_EQ(parse_memory_mb("much"), 0);
  EXPECT_EQ(parse_memory_mb("-1G"), 0);
}

}  // namespace
}  // namespace sciwright::campaign
