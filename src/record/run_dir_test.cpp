#include "record/run_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

struct RunDirTest : ::testing::Test {
  const TemporaryDirectory dir;
  const std::filesystem::path folder = dir.path() / "runs" / "one";
  const Clock clock = system_clock();

  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : sorted_entries(folder)) out.push_back(entry.filename().string());
    return out;
  }
};

TEST_F(RunDirTest, MakesAFolderAndLocksItWhileItIsInUse) {
  {
    const RunDir run = RunDir::create(folder, clock);
    EXPECT_FALSE(run.is_resumed());
    EXPECT_EQ(run.paths().timers, folder / "timers.csv");
    EXPECT_THAT(names(), ElementsAre("model", "plots", "run.lock"));
  }
  EXPECT_THAT(names(), ElementsAre("model", "plots"));
}

TEST_F(RunDirTest, RefusesAFolderOfOthers) {
  make_directories(folder);
  write_file_atomic(folder / "thesis.tex", "");
  try {
    RunDir::create(folder, clock);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), EndsWith("is not empty and is no run folder; take another --out"));
    EXPECT_EQ(error.exit_code(), 2);
  }
  EXPECT_THAT(names(), ElementsAre("thesis.tex"));
}

TEST_F(RunDirTest, PointsToResumeWhereThereIsARun) {
  make_directories(folder);
  write_file_atomic(folder / "config.yaml", "seed: 1\n");
  try {
    RunDir::create(folder, clock);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), folder.string() + ": holds a run already; go on with it by --resume " +
                                folder.string() + ", or take another --out");
  }
}

TEST_F(RunDirTest, ResumesARun) {
  { write_file_atomic(RunDir::create(folder, clock).paths().config, "seed: 1\n"); }
  const RunDir run = RunDir::resume(folder, clock);
  EXPECT_TRUE(run.is_resumed());
  EXPECT_EQ(read_file(run.paths().config), "seed: 1\n");
}

TEST_F(RunDirTest, RefusesToResumeWhatIsNoRun) {
  make_directories(folder);
  try {
    RunDir::resume(folder, clock);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                EndsWith("is no run folder, it has no config.yaml; nothing to resume"));
  }
}

TEST_F(RunDirTest, TakesAFolderThatHoldsOnlyLeftOvers) {
  make_directories(folder);
  write_file_atomic(folder / ".config.yaml.12.0.tmp", "");
  EXPECT_FALSE(RunDir::create(folder, clock).is_resumed());
}

TEST_F(RunDirTest, DiscardedLeavesNothing) {
  RunDir run = RunDir::create(folder, clock);
  write_file_atomic(run.paths().config, "");
  run.discard();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(RunDirTest, DiscardedLeavesTheFolderItFound) {
  make_directories(folder);
  RunDir run = RunDir::create(folder, clock);
  write_file_atomic(run.paths().config, "");
  run.discard();
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(RunDirTest, RefusesARunThatIsBeingWritten) {
  const RunDir run = RunDir::create(folder, clock);
  write_file_atomic(run.paths().config, "");
  write_file_atomic(run.paths().lock,
                    R"({"host": "n2", "pid": 1, "process_start": "5", "slurm_job_id": ""})");
  try {
    RunDir::resume(folder, clock);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), run.paths().lock.string() +
                                ": process 1 on n2 works in this folder; if that process is gone, "
                                "delete the file");
  }
}

}  // namespace
}  // namespace sciwright::record
