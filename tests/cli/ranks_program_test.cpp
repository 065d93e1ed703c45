#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

class RanksProgram : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  json result(const std::string& name) const {
    return json::parse(read_file(folder_.path() / name / "result.json"));
  }

  double score(const std::string& name) const {
    return result(name).at("scores").at(0).at("mse").get<double>();
  }

  /// Runs ranks in the background; does `then` with $pid (the starter), $rank0 and $rank1 when the
  /// first epoch is saved; ends with the starter's exit code.
  Ended run_and(const std::string& arguments, const std::string& name, const std::string& then) {
    return run_shell(fmt::format(
        "( {0} {1} --ranks 2 --out {2} --no-progress & pid=$!\n"
        "until test -e {2}/model/last.npz; do sleep 0.05; done\n"
        "read -r rank0 rank1 rest </proc/$pid/task/$pid/children\n{3}\nwait $pid; exit $? )",
        SCIWRIGHT_PROGRAM, arguments, path(name), then));
  }

  TemporaryDirectory folder_;
};

TEST_F(RanksProgram, TwoAndFourRanksLearnWhatOneLearns) {
  const std::string run = "run hello --threads 1 --set num_points=1000 --no-progress --out ";
  ASSERT_EQ(sciwright_with(run + path("one")).code, 0);
  for (const int count : {2, 4}) {
    const std::string name = std::to_string(count);
    const Ended e = sciwright_with(fmt::format("{}{} --ranks {}", run, path(name), count));
    ASSERT_EQ(e.code, 0) << e.text;
    EXPECT_NEAR(score(name) / score("one"), 1, 1e-4);
    EXPECT_EQ(result(name).at("details").at("ranks"), json({{"count", count}, {"machines", 1}}));
  }
  ASSERT_EQ(sciwright_with(run + path("again") + " --ranks 4").code, 0);
  EXPECT_EQ(score("again"), score("4"));
}

TEST_F(RanksProgram, ALostRankEndsAllAndTheRunCanBeResumed) {
  const std::string run = "run hello --threads 1 --set num_points=1000 --epochs 60";
  ASSERT_EQ(sciwright_with(run + " --no-progress --out " + path("whole")).code, 0);
  const Ended e = run_and(run, "lost", "kill -9 $rank1");
  EXPECT_EQ(e.code, 3) << e.text;
  EXPECT_THAT(e.text, HasSubstr("sciwright: rank 1 was killed by signal 9\n"));
  EXPECT_THAT(e.text, HasSubstr("rank 0 of 2: another rank has ended or does not answer"));
  EXPECT_THAT(e.text, HasSubstr("Stopped and saved. Continue with: sciwright run hello --resume"));
  const Ended rest = sciwright_with("run hello --no-progress --ranks 4 --resume " + path("lost"));
  EXPECT_EQ(rest.code, 0) << rest.text;
  EXPECT_NEAR(score("lost") / score("whole"), 1, 1e-3);
}

TEST_F(RanksProgram, ASignalStopsAllAtTheSameStep) {
  for (const std::string target : {"$pid", "$rank1"}) {
    const std::string name = target == "$pid" ? "all" : "one";
    const Ended e = run_and("run hello --threads 1 --set num_points=1000 --epochs 60", name,
                            "kill -TERM " + target);
    EXPECT_EQ(e.code, 4) << e.text;
    EXPECT_THAT(e.text, HasSubstr("Stopped and saved."));
    const Ended rest = sciwright_with("run hello --no-progress --resume " + path(name));
    EXPECT_EQ(rest.code, 0) << rest.text;
  }
}

TEST_F(RanksProgram, AnotherStarterIsUnderstood) {
  const std::string rank =
      fmt::format("PMI_SIZE=2 MASTER_PORT=$port {} run hello --no-progress -q --out {}",
                  SCIWRIGHT_PROGRAM, path("mpi"));
  const Ended e = run_shell("( port=$((20000 + $$ % 20000)); PMI_RANK=1 " + rank +
                            " & PMI_RANK=0 " + rank + " && wait $! )");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(result("mpi").at("details").at("ranks").at("count"), 2);
}

TEST_F(RanksProgram, SaysWhatIsWrongOnce) {
  EXPECT_EQ(sciwright_with("run hello --ranks 3 --seed x").text,
            "sciwright: --seed x: seed is \"x\", must be a whole number\n");
  EXPECT_THAT(sciwright_with("run hello --ranks 0").text, HasSubstr("--ranks"));
  const Ended e =
      run_shell(fmt::format("RANK=0 WORLD_SIZE=2 {} run hello --ranks 3", SCIWRIGHT_PROGRAM));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("this process was started as one of 2; leave --ranks away"));
  const Ended bad = run_shell(fmt::format("RANK=5 WORLD_SIZE=2 {} run hello", SCIWRIGHT_PROGRAM));
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.text, HasSubstr("RANK: found 5, expected a number from 0 to 1"));
}

}  // namespace
}  // namespace sciwright
