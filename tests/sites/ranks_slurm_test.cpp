#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../cli/program.h"
#include "base/files.h"
#include "slurm_in_a_folder.h"

namespace sciwright {
namespace {

TEST(RanksUnderSlurm, SrunsTasksTrainOneModel) {
  if (const std::string obstacle = SlurmInAFolder::obstacle(); !obstacle.empty()) {
    GTEST_SKIP() << obstacle;
  }
  const SlurmInAFolder slurm({.accounting = false});
  const TemporaryDirectory folder;
  const std::string run = (folder.path() / "run").string();
  const Ended e =
      run_shell("srun --ntasks=3 --chdir=" + folder.path().string() + " " + SCIWRIGHT_PROGRAM +
                " run hello --threads 1 --no-progress --out " + run);
  EXPECT_EQ(e.code, 0) << e.text;
  const auto result = nlohmann::json::parse(read_file(run + "/result.json"));
  EXPECT_EQ(result.at("details").at("ranks"), nlohmann::json({{"count", 3}, {"machines", 1}}));
}

}  // namespace
}  // namespace sciwright
