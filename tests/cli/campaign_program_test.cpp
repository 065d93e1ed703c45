// A study whose experiments are real runs: shared among people, merged, collected.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;

/// Twelve runs of the benchmark that only learns a straight line.
constexpr const char* kStudy =
    "run: {benchmark: hello}\n"
    "hello: {energy: {delay_s: 0}}\n"
    "experiment:\n"
    "  epochs: [1, 2]\n"
    "  learning_rate: [0.01, 0.1]\n"
    "sweep:\n"
    "  repeat: {num: 3, seed: 1}\n";

class CampaignProgram : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
    write_file_atomic("study.yaml", kStudy);
  }
  void TearDown() override { fs::current_path(before_); }

  static Ended experiment(const std::string& arguments) {
    return sciwright_with("experiment " + arguments);
  }
  static void generate(const std::string& folder) {
    const Ended e = experiment("generate --config study.yaml --source shell --out " + folder);
    ASSERT_EQ(e.code, 0) << e.text;
  }
  /// What `results --json` says, without what differs from run to run.
  static Json results(const std::string& folder) {
    const Ended e =
        sciwright_with("experiment results " + folder + " --by mse --json", "2>/dev/null");
    return Json::parse(e.text);
  }

  TemporaryDirectory dir_;
  fs::path before_;
};

TEST_F(CampaignProgram, ThreePeoplesSharesMergeToTheSameAsOneRun) {
  generate("whole");
  ASSERT_EQ(experiment("submit whole -y -q -j 2").code, 0);
  for (const std::string who : {"alice", "bob", "carol"}) {
    generate(who + "/study");
    ASSERT_EQ(experiment("share " + who + "/study --with alice,bob,carol").code, 0);
    const Ended ran = experiment("submit " + who + "/study --share " + who + " -y -q -j 2");
    EXPECT_EQ(ran.text, "4 succeeded, 0 failed\n");
  }
  const Ended two = experiment("merge alice/study carol/study --into merged");
  EXPECT_THAT(two.text, HasSubstr("bob still owes 4"));
  const Ended all = experiment("merge alice/study bob/study carol/study --into merged");
  EXPECT_EQ(all.code, 0) << all.text;
  Json merged = results("merged");
  Json whole = results("whole");
  EXPECT_EQ(merged, whole);
  EXPECT_EQ(sciwright_with("experiment status merged --json", "2>/dev/null").code, 0);
  EXPECT_EQ(experiment("submit merged -y").text, "nothing to submit in merged\n");
}

}  // namespace
}  // namespace sciwright
