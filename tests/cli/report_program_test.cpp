// `sciwright report`, `compare` and `predict` as people type them.

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "program.h"
#include "report/fabricated_runs.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using report::make_run;
using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Two studies of three runs; the second is worse by a tenth.
struct Trees {
  TemporaryDirectory folder;
  std::string a = folder.path() / "a";
  std::string b = folder.path() / "b";
  Trees() {
    for (int i = 0; i < 3; ++i) {
      const std::string name = std::to_string(i);
      make_run(
          fs::path(a) / name,
          {.accuracy = 0.9 + 0.001 * i, .training_s = 10.0 * (2 + 4 * i), .epochs = 2 + 4 * i});
      make_run(fs::path(b) / name, {.accuracy = 0.8 + 0.001 * i});
    }
  }
};

TEST(ReportProgram, PrintsALeaderboardWithItsBaseline) {
  const Trees trees;
  const Ended ended = sciwright_with("report " + trees.a);
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.text, AllOf(StartsWith("accuracy (higher is better)"), HasSubstr("threshold"),
                                HasSubstr("times_s.Training (lower is better)"),
                                HasSubstr("3 runs were found: 3 by folder.")));
}

TEST(ReportProgram, PrintsJson) {
  const Trees trees;
  const Ended ended = sciwright_with("report " + trees.a + " --json --by accuracy");
  const Json document = Json::parse(ended.text);
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["tables"][0]["rows"][0]["num"], 3);
  EXPECT_NEAR(document["tables"][0]["rows"][0]["mean"], 0.901, 1e-12);
}

TEST(ReportProgram, WritesAPageOfOneFile) {
  const Trees trees;
  const std::string page = trees.folder.path() / "page.html";
  const Ended ended = sciwright_with("report " + trees.a + " --out " + page);
  if (ended.text.find("built without pages") != std::string::npos) {
    GTEST_SKIP() << "built without pages";
  }
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.text, AllOf(HasSubstr("accuracy (higher is better)"), HasSubstr(page)));
  EXPECT_THAT(read_file(page), AllOf(StartsWith("<!doctype html>"), HasSubstr("id=\"data\"")));
}

TEST(ReportProgram, WritesNoPageOverAResult) {
  const Trees trees;
  const std::string result = trees.a + "/0/result.json";
  const Ended ended = sciwright_with("report " + trees.a + " --out " + result);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.text, HasSubstr("expected a name that ends in .html"));
  EXPECT_THAT(read_file(result), StartsWith("{"));
}

TEST(ReportProgram, ListsWhatItCannotReadAndFails) {
  const Trees trees;
  write_file_atomic(fs::path(trees.a) / "0/result.json", "{");
  const Ended ended = sciwright_with("report " + trees.a);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.text, AllOf(HasSubstr("1 cannot be read"), HasSubstr("0/result.json")));
}

TEST(ReportProgram, RefusesWhatIsNotThere) {
  const Ended ended = sciwright_with("report /no/such/place /nor/this");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.text,
              AllOf(HasSubstr("/no/such/place: there is no such"), HasSubstr("/nor/this")));
}

TEST(ReportProgram, WritesPicturesAndExports) {
  const Trees trees;
  const std::string out = trees.folder.path() / "out";
  const Ended ended =
      sciwright_with("report " + trees.a + " --figure sorted --pictures " + out +
                     " --export ro-crate=" + trees.a + " --export mlflow=" + out + "/mlruns");
  EXPECT_EQ(ended.code, 0) << ended.text;
  EXPECT_THAT(read_file(out + "/sorted.svg"), HasSubstr("accuracy from the best to the worst"));
  EXPECT_TRUE(fs::exists(out + "/sorted.png"));
  EXPECT_TRUE(fs::exists(trees.a + "/ro-crate-metadata.json"));
  EXPECT_TRUE(fs::exists(out + "/mlruns/1/meta.yaml"));
  EXPECT_EQ(sciwright_with("report " + trees.a + " --export paper=x").code, 2);
}

TEST(ReportProgram, TellsTheSameByAnIndex) {
  const Trees trees;
  const fs::path cache = trees.folder.path() / "cache";
  const std::string plain = sciwright_with("report " + trees.a + " --json").text;
  ::setenv("SCIWRIGHT_CACHE", cache.c_str(), 1);
  const std::string first = sciwright_with("report " + trees.a + " --json --index").text;
  const std::string second = sciwright_with("report " + trees.a + " --json --index").text;
  ::unsetenv("SCIWRIGHT_CACHE");
  EXPECT_EQ(first, plain);
  EXPECT_EQ(second, plain);
  EXPECT_EQ(sorted_entries(cache / "report").size(), 1);
}

TEST(ReportProgram, ShowsOnlyTheRunsThatAreAskedForInPicturesAndTablesToo) {
  const Trees trees;
  const Ended ended = sciwright_with("report " + trees.a + " --table systems --where seed=7");
  EXPECT_THAT(ended.text, HasSubstr("0 runs were found"));
}

TEST(ReportProgram, PrintsThePapersTables) {
  const Trees trees;
  const Ended ended = sciwright_with("report " + trees.a + " --table table5 --csv", "2>/dev/null");
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.text, StartsWith("timer,"));
  EXPECT_EQ(sciwright_with("report " + trees.a + " --table table7").code, 2);
}

TEST(CompareProgram, FailsWhereBIsWorse) {
  const Trees trees;
  const std::string junit = trees.folder.path() / "junit.xml";
  const std::string gate = " --by accuracy --fail-if-worse 2% --junit " + junit;
  const Ended worse = sciwright_with("compare " + trees.a + " " + trees.b + gate);
  EXPECT_EQ(worse.code, 1) << worse.text;
  EXPECT_THAT(worse.text, AllOf(HasSubstr("B is worse"), HasSubstr("fails")));
  EXPECT_THAT(read_file(junit), HasSubstr("failures=\"1\""));
  EXPECT_EQ(sciwright_with("compare " + trees.b + " " + trees.a + gate).code, 0);
  EXPECT_EQ(sciwright_with("compare " + trees.a + " " + trees.b + " --fail-if-worse much").code, 2);
}

TEST(PredictProgram, PredictsLongerRuns) {
  const Trees trees;
  const Ended ended = sciwright_with("predict " + trees.a + " --epochs 50 --json");
  EXPECT_EQ(ended.code, 0) << ended.text;
  const Json rows = Json::parse(ended.text)["tables"][0]["rows"];
  EXPECT_EQ(rows[0]["quantity"], "times_s.Total");
  EXPECT_NEAR(rows[0]["predicted"], 502, 1e-9);
  EXPECT_EQ(sciwright_with("predict " + trees.a + " --if-bandwidth fast").code, 2);
}

}  // namespace
}  // namespace sciwright
