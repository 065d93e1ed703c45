// `sciwright submission` with real runs of both benchmarks: packed, checked, judged and shown.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kEarthquake =
    "run earthquake --no-progress --threads 1 --set synthetic.start_date=1999-01-01 "
    "--set data.max_pixels=4 --set tft.hidden=4 --set tft.heads=2 --set features.encoder_steps=6 "
    "--epochs 0.1 --set plots=false --set training.batch_size=16 ";
constexpr const char* kCloudmask =
    "run cloudmask --no-progress --threads 1 --set synthetic.num_training=2 "
    "--set synthetic.num_test=1 --set synthetic.height_px=64 --set synthetic.width_px=64 "
    "--set data.patch_px=32 --set network.width=4 --epochs 3 ";

/// Two real repeats of both benchmarks, made once for all tests.
class SubmissionProgram : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<TemporaryDirectory>();
    ::setenv("SCIWRIGHT_CACHE", (dir_->path() / "cache").c_str(), 1);
    for (const std::string seed : {"1", "2"}) {
      for (const auto& [command, name] : {std::pair{kEarthquake, "eq"}, {kCloudmask, "cm"}}) {
        const Ended e = sciwright_with(command + ("--seed " + seed) + " --out " +
                                       path(std::string("runs/") + name + seed));
        ASSERT_EQ(e.code, 0) << e.text;
      }
    }
    const Ended packed = sciwright_with("submission pack " + path("runs") + " --out " +
                                        path("tree") + " --org ACME --system lab --repo r");
    ASSERT_EQ(packed.code, 0) << packed.text;
    EXPECT_THAT(packed.text,
                AllOf(HasSubstr("/ACME/cloudmask/lab/cloudmask-"),
                      HasSubstr("/ACME/earthquake/lab/tft-"), HasSubstr("tree: passes the check")));
  }
  static void TearDownTestSuite() { dir_.reset(); }
  static std::string path(const std::string& name) { return (dir_->path() / name).string(); }

  inline static std::unique_ptr<TemporaryDirectory> dir_;
};

TEST_F(SubmissionProgram, PacksRealRunsOfBothBenchmarksSoThatTheyPass) {
  const Ended e = sciwright_with("submission check " + path("tree"));
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(e.text, HasSubstr("tree: passed: 2 submissions, 4 logs, 2 findings in the tree\n"));
  const Ended as_json = sciwright_with("submission check --json " + path("tree"));
  for (const json& one : json::parse(as_json.text).back()["submissions"]) {
    EXPECT_TRUE(one["verified"]) << one;
  }
}

TEST_F(SubmissionProgram, FailsWithTheReasonWhereAPartIsMissing) {
  fs::copy(path("tree"), path("less"), fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(path("less"))) {
    if (entry.path().filename() != "config.yaml") continue;
    fs::remove(entry.path());
    const Ended e = sciwright_with("submission check " + path("less"));
    EXPECT_EQ(e.code, 5);
    EXPECT_THAT(e.text, HasSubstr(entry.path().string() + ": error: must name repo, branch"));
    break;
  }
}

TEST_F(SubmissionProgram, RepeatsARunFromThePackedSettings) {
  for (const auto& entry : fs::recursive_directory_iterator(path("tree"))) {
    if (entry.path().filename() != "config.yaml") continue;
    const std::string name =
        entry.path().string().find("earthquake") == std::string::npos ? "cloudmask" : "earthquake";
    const Ended e = sciwright_with("run " + name + " --dry-run --config " + entry.path().string());
    EXPECT_EQ(e.code, 0) << e.text;
    EXPECT_THAT(e.text, AllOf(HasSubstr("org: ACME"), Not(HasSubstr("warning"))));
  }
}

TEST_F(SubmissionProgram, RefusesABadRequestAndWritesNothing) {
  const Ended e = sciwright_with("submission pack " + path("runs") + " --out " + path("none"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("--org '': the runs do not say it; it must be given"));
  EXPECT_FALSE(fs::exists(path("none")));
  EXPECT_EQ(sciwright_with("submission check /no/such/folder").code, 2);
}

TEST_F(SubmissionProgram, MakesReferencePointsAndJudgesByThem) {
  fs::create_directories(path("repeats"));
  for (int seed = 1; seed <= 5; ++seed) {
    const std::string n = std::to_string(seed);
    ASSERT_EQ(sciwright_with(kCloudmask + ("--seed " + n) + " --out " + path("repeats/" + n)).code,
              0);
  }
  const Ended made = sciwright_with("submission rcp make " + path("repeats") + " --runs 3 --out " +
                                    path("rcp.json"));
  EXPECT_EQ(made.code, 0) << made.text;
  EXPECT_THAT(made.text, HasSubstr("batch size 4: 3 ± 0 epochs over 5 runs"));
  const Ended good =
      sciwright_with("submission rcp check " + path("rcp.json") + " " + path("repeats"));
  EXPECT_EQ(good.code, 0) << good.text;
  EXPECT_THAT(good.text, HasSubstr("repeats: passes: 5 runs ended with success after 3 epochs"));
  const Ended few = sciwright_with("submission rcp check " + path("rcp.json") + " " +
                                   path("tree/ACME/cloudmask"));
  EXPECT_EQ(few.code, 5) << few.text;
  EXPECT_THAT(few.text, HasSubstr(": fails: it has 2 of the 3 runs that are needed\n"));
  const Ended other = sciwright_with("submission rcp check " + path("rcp.json") + " " +
                                     path("tree/ACME/earthquake"));
  EXPECT_EQ(other.code, 2) << other.text;
  EXPECT_THAT(other.text, HasSubstr("is of earthquake, the reference of cloudmask: not judged\n"));
}

TEST_F(SubmissionProgram, ShowsALeaderboardThatABrowserOpensFromDisk) {
  const Ended made = sciwright_with("submission site " + path("tree") + " --out " + path("site") +
                                    " --title 'Science & more'");
  EXPECT_EQ(made.code, 0) << made.text;
  EXPECT_EQ(made.text, path("site") + "/index.html: 2 submissions, 2 verified\n");
  const std::string board = read_file(path("site/earthquake/index.html"));
  EXPECT_THAT(board, AllOf(HasSubstr("earthquake by average.all (higher is better)"),
                           HasSubstr("Next Year Back"), HasSubstr("✓ verified")));
  EXPECT_THAT(read_file(path("site/cloudmask/index.html")), HasSubstr("cloudmask by accuracy"));
  if (run_shell("command -v chromium").code != 0) GTEST_SKIP() << "no chromium here";
  for (const char* page : {"index.html", "earthquake/index.html"}) {
    const Ended shown = run_shell(
        "timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir=" +
        path("profile") + " --enable-logging=stderr --dump-dom file://" + path("site/") + page);
    EXPECT_EQ(shown.code, 0) << shown.text;
    EXPECT_THAT(shown.text,
                AllOf(HasSubstr("<h1>"), HasSubstr("<table>"), Not(HasSubstr("CONSOLE"))));
  }
}

}  // namespace
}  // namespace sciwright
