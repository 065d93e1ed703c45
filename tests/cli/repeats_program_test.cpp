// `sciwright experiment submit --interleave` and `--until` as people type them.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// In a folder of its own.
class RepeatsProgram : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override { fs::current_path(before_); }

 private:
  TemporaryDirectory dir_;
  fs::path before_;
};

/// Two experiments, eight repeats each; a repeat writes its place in the order, and a result.
void make_repeats(const std::string& total_s) {
  write_file_atomic("study.yaml", "experiment: {x: [1, 2]}\nsweep: {repeat: {num: 8, seed: 1}}\n");
  write_file_atomic(
      "job.in.sh",
      "#!/bin/sh\necho x{experiment.x} >>../order\nmkdir run\n"
      "echo '{\"schema_version\":1,\"benchmark\":\"b\",\"seed\":1,\"valid\":true,\"reasons\":[],"
      "\"scores\":[],\"details\":{},\"num_sessions\":1,\"energy\":null,\"model\":null,"
      "\"program_version\":null,\"config_hash\":null,\"started_utc\":null,\"finished_utc\":null,"
      "\"times_s\":{\"Total\":'" +
          total_s + "'}}' >run/result.json\n");
  const Ended e =
      sciwright_with("experiment generate --config study.yaml --source job.in.sh --out study -y");
  ASSERT_EQ(e.code, 0) << e.text;
}

TEST_F(RepeatsProgram, InterleavesRepeats) {
  make_repeats("1");
  const Ended e = sciwright_with("experiment submit study -y -q -j 1 --interleave");
  EXPECT_EQ(e.text, "16 succeeded, 0 failed\n");
  const std::string order = read_file("study/order");
  for (std::size_t round = 0; round < 8; ++round) {
    const std::string both = order.substr(6 * round, 6);
    EXPECT_TRUE(both == "x1\nx2\n" || both == "x2\nx1\n") << order;
  }
}

TEST_F(RepeatsProgram, EndsTheRepeatsOfWhatIsKnownWellEnough) {
  // The first always takes 10 s, the second 1 s or 100 s.
  make_repeats("$(( {experiment.x} == 1 ? 10 : 1 + {experiment.repeat} % 2 * 99 ))");
  const Ended e = sciwright_with("experiment submit study -y -q -j 2 --until 5%");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(e.text, "13 succeeded, 0 failed, 3 not needed\n");
  EXPECT_THAT(sciwright_with("experiment status study").text,
              HasSubstr("16 experiments: 13 succeeded, 3 new"));
}

TEST_F(RepeatsProgram, InterleavesOnlyWhereItStartsTheJobs) {
  make_repeats("1");
  const Ended e = sciwright_with("experiment submit study -y --launcher slurm --interleave");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("slurm starts jobs in an order of its own"));
  EXPECT_THAT(sciwright_with("experiment submit study -y --until much").text,
              HasSubstr("--until: found 'much', expected a share such as 1% or 0.01"));
}

}  // namespace
}  // namespace sciwright
