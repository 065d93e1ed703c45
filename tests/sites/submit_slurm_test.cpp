// Studies submitted to a real Slurm by `sciwright experiment`, as people type it.

#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../cli/program.h"
#include "base/files.h"
#include "slurm_in_a_folder.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::HasSubstr;

/// Experiments of a tiny earthquake benchmark: trivial forecasts of a short simulated catalogue.
/// Those with x = 1 and 2 wait until their time is over, every seventh fails.
constexpr const char* kStudy =
    "run: {benchmark: earthquake}\n"
    "earthquake:\n"
    "  model: baselines\n"
    "  synthetic: {start_date: \"2016-01-01\"}\n"
    "  data: {max_pixels: 4}\n"
    "  plots: false\n"
    "  predictions: false\n"
    "  energy: {delay_s: 0}\n";

constexpr const char* kScript =
    "#!/bin/bash\n"
    "#SBATCH --time=1\n"
    "#SBATCH --mem=10\n"
    "echo ran >>ran\n"
    "[ {experiment.x} -gt 2 ] || [ -e go ] || exec sleep 300\n"
    "[ $(( {experiment.x} % 7 )) != 0 ] || [ -e go ] || { echo no luck today >&2; exit 3; }\n"
    "exec sciwright run earthquake --config config.yaml --threads 1\n";

template <bool kAccounting>
class Site : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!SlurmInAFolder::obstacle().empty()) return;
    slurm = std::make_unique<SlurmInAFolder>(
        SlurmInAFolder::Options{.accounting = kAccounting, .min_job_age_s = kAccounting ? 300 : 2});
  }
  static void TearDownTestSuite() { slurm.reset(); }
  void SetUp() override {
    if (!slurm) GTEST_SKIP() << SlurmInAFolder::obstacle();
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override {
    if (!before_.empty()) fs::current_path(before_);
  }

  static void generate(int count) {
    write_file_atomic("study.yaml",
                      kStudy + ("experiment: {x: \"[1-" + std::to_string(count) + "]\"}\n"));
    write_file_atomic("slurm.in.sh", kScript);
    const Ended e =
        sciwright_with("experiment generate --config study.yaml --source slurm.in.sh --out study");
    ASSERT_EQ(e.code, 0) << e.text;
  }

  static Json counts() {
    const Ended e = sciwright_with("experiment status study --json", "2>/dev/null");
    return Json::parse(e.text).at("counts");
  }

  /// Submits and looks again and again until as many have ended as are asked for.
  static Json run_until(int num_ended, int limit_s) {
    Json now;
    for (int i = 0; i < 2 * limit_s; ++i) {
      sciwright_with("experiment submit study -y -q");
      now = counts();
      int ended = 0;
      for (const char* state : {"succeeded", "failure", "time_limit"}) ended += now.value(state, 0);
      if (ended >= num_ended) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    return now;
  }

  static inline std::unique_ptr<SlurmInAFolder> slurm;
  TemporaryDirectory dir_;
  fs::path before_;
};

using SubmitToSlurm = Site<true>;
using SubmitToSlurmWithoutAccounting = Site<false>;

/// Two run out of time, `count / 7` fail, all others succeed; then `resume` ends the rest well.
void expect_ends_and_resume(const Json& ends, int count) {
  EXPECT_EQ(ends,
            Json({{"succeeded", count - 2 - count / 7}, {"failure", count / 7}, {"time_limit", 2}}))
      << sciwright_with("experiment explain study x_3").text;
  for (int x = 1; x <= count; ++x) {
    EXPECT_EQ(read_file("study/x_" + std::to_string(x) + "/ran"), "ran\n") << x;
  }
  EXPECT_THAT(sciwright_with("experiment explain study x_7").text, HasSubstr("Exit code 3."));
  EXPECT_THAT(sciwright_with("experiment explain study x_1").text,
              HasSubstr("resume study x_1 --more-time 1.5"));
}

TEST_F(SubmitToSlurm, SixtyExperimentsThroughARestartOfTheController) {
  const int count = is_long() ? 300 : 60;
  generate(count);
  EXPECT_THAT(sciwright_with("experiment submit study -n").text,
              HasSubstr("at most " + std::to_string(count / 60) + " node-hours"));
  const Ended first = sciwright_with("experiment submit study -y -q");
  EXPECT_EQ(first.code, 0) << first.text;
  EXPECT_THAT(first.text, HasSubstr("12 jobs handed over"));
  EXPECT_THAT(first.text, HasSubstr("the site lets you have 12 jobs at a time"));
  run_until(count / 3, 200);
  slurm->stop_controller();
  const Ended blind = sciwright_with("experiment status study");
  EXPECT_EQ(blind.code, 3);
  EXPECT_THAT(blind.text, HasSubstr("Unable to contact slurm controller"));
  slurm->start_controller();
  expect_ends_and_resume(run_until(count, is_long() ? 900 : 200), count);
  for (int x = 1; x <= count; ++x) write_file_atomic("study/x_" + std::to_string(x) + "/go", "");
  const Ended again = sciwright_with("experiment resume study -y -q --more-time 2 --wait --poll 1");
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(counts(), Json({{"succeeded", count}}));
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\nran\n");
  EXPECT_EQ(read_file("study/x_3/ran"), "ran\n");
}

TEST_F(SubmitToSlurmWithoutAccounting, ExperimentsEndCorrectlyWhereNobodyRemembersThem) {
  generate(20);
  expect_ends_and_resume(run_until(20, 200), 20);
}

TEST_F(SubmitToSlurmWithoutAccounting, ARefusalIsExplained) {
  generate(2);
  const Ended e = sciwright_with("experiment submit study -y -q --option --partition=nowhere");
  EXPECT_EQ(e.code, 1);
  EXPECT_THAT(e.text, HasSubstr("There is no such partition; `sinfo` lists them."));
  EXPECT_EQ(counts(), Json({{"refused", 2}}));
  EXPECT_THAT(sciwright_with("experiment explain study x_1").text,
              HasSubstr("The scheduler refused it: There is no such partition"));
  // A refused job is tried again, here by another launcher.
  write_file_atomic("study/x_2/go", "");
  EXPECT_EQ(sciwright_with("experiment submit study x_2 -y -q --launcher local").text,
            "1 succeeded, 0 failed\n");
}

TEST(SubmitProgram, ASchedulerThatIsNotInstalledIsOutOfReach) {
  const TemporaryDirectory dir;
  const fs::path study = dir.path() / "study";
  write_file_atomic(dir.path() / "study.yaml", "experiment: {x: 1}\n");
  write_file_atomic(dir.path() / "slurm.in.sh", "#!/bin/sh\n#SBATCH --time=1\n");
  ASSERT_EQ(sciwright_with("experiment generate --source_dir " + dir.path().string() +
                           " --config study.yaml --source slurm.in.sh --out " + study.string())
                .code,
            0);
  const Ended e = run_shell("PATH=/nowhere " + std::string(SCIWRIGHT_PROGRAM) +
                            " experiment submit " + study.string() + " -y -q");
  EXPECT_EQ(e.code, 3) << e.text;
  EXPECT_THAT(e.text, HasSubstr("is not installed on this machine"));
}

}  // namespace
}  // namespace sciwright
