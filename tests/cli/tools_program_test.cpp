// `sciwright io`, `data pack`, `data info --formats` and `submission check` of a tree, as people
// type them.

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"
#include "record/compliance_logs.h"

namespace sciwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

struct Tools : ::testing::Test {
  std::string file(const std::string& name, const std::string& content) const {
    make_directories((dir.path() / name).parent_path());
    write_file_atomic(dir.path() / name, content);
    return path(name);
  }
  std::string path(const std::string& name) const { return (dir.path() / name).string(); }

  TemporaryDirectory dir;
};

const std::string kQuickly = "io --size 1 --rounds 1 --small-files 3 --readers 2 ";

TEST_F(Tools, IoComparesDirectoriesAndJudgesThem) {
  make_directories(dir.path() / "other");
  const Ended e = sciwright_with(kQuickly + "--need 0.001 " + path("") + " " + path("other"));
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, StartsWith("test "));
  EXPECT_THAT(e.text, HasSubstr("speed-up\n"));
  EXPECT_THAT(e.text, HasSubstr("the loader needs 0.0 MB/s: enough ("));
}

TEST_F(Tools, IoPrintsJson) {
  const Ended e = sciwright_with(kQuickly + "--json " + path(""), "2>/dev/null");
  EXPECT_EQ(json::parse(e.text)["probes"][0]["rows"].size(), 13U);
}

TEST_F(Tools, IoTakesTheNeedOfARun) {
  file("run/result.json",
       R"({"schema_version": 1, "benchmark": "x", "seed": 7, "valid": true, "reasons": [],
       "scores": [], "details": {}, "model": null, "program_version": null, "config_hash": null,
       "started_utc": null, "finished_utc": null, "num_sessions": 1, "times_s": {}, "energy": null,
       "io": {"needed_bytes_per_s": 1e15}})");
  const Ended e = sciwright_with(kQuickly + "--run " + path("run") + " " + path(""));
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, HasSubstr("needs 1000000000.0 MB/s: too slow, it would wait for data"));
}

TEST_F(Tools, IoRefusesWhatIsNoDirectory) {
  const Ended e = sciwright_with("io /no/such");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("/no/such: this is no directory"));
}

TEST_F(Tools, IoRefusesANeedThatIsNoNumber) {
  for (const char* need : {"nan", "inf", "-1", "0", "1x"}) {
    const Ended e = sciwright_with(kQuickly + path("") + " --need " + need);
    EXPECT_EQ(e.code, 2);
    EXPECT_THAT(e.text, HasSubstr(fmt::format("found '{}', expected a number above 0\n", need)));
  }
}

TEST_F(Tools, IoGoesOnWithTheOtherDirectories) {
  const Ended e = sciwright_with(kQuickly + path("none") + " " + path(""));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, StartsWith("test "));
  EXPECT_THAT(e.text, HasSubstr("sequential write"));
  EXPECT_THAT(e.text, HasSubstr(path("none") + ": this is no directory"));
}

TEST_F(Tools, IoCleansUpWhenItIsStopped) {
  const Ended e =
      run_shell("timeout --preserve-status -s TERM 0.5 " + std::string(SCIWRIGHT_PROGRAM) +
                " io --size 8 --rounds 1000 " + path(""));
  EXPECT_EQ(e.code, 4);
  EXPECT_THAT(e.text, HasSubstr("stopped by a signal"));
  EXPECT_THAT(sorted_entries(dir.path()), testing::IsEmpty());
}

TEST_F(Tools, DataPackAndUnpackLoseNothing) {
  const std::string text = ",0,1,2\n0,0.0,3.25,0.0\n1,0.0,0.0,0.0\n";
  const Ended packed = sciwright_with("data pack earthquake " + file("grid.csv", text) + " --out " +
                                      path("grid.xz"));
  EXPECT_EQ(packed.code, 0);
  EXPECT_THAT(packed.text, MatchesRegex(".*grid.xz: 3 rows, 12 cells, 7 of them stored .*\n"));
  EXPECT_EQ(
      sciwright_with("data unpack earthquake " + path("grid.xz") + " --out " + path("back")).code,
      0);
  EXPECT_EQ(read_file(path("back")), text);
  const Ended formats = sciwright_with("data info earthquake --formats " + path("grid.csv"));
  EXPECT_THAT(formats.text, StartsWith("format  packed by "));
}

TEST_F(Tools, SubmissionCheckTakesATree) {
  const auto log = record::science_log("earthquake", {{"nnse", 0.9}});
  file("ACME/earthquake/laptop/tft/result-1.txt", record::text_of(log));
  file("ACME/earthquake/laptop/tft/README.md", "Run it.\n");
  const Ended e = sciwright_with("submission check " + path(""));
  EXPECT_EQ(e.code, 5);
  EXPECT_THAT(e.text, HasSubstr("result-1.txt: passed: 0 errors, 0 warnings (science/earthquake"));
  EXPECT_THAT(e.text, HasSubstr("laptop/tft/config.yaml: error: must name repo, branch, version"));
  EXPECT_THAT(e.text, HasSubstr(": failed: 1 submission, 1 log, 3 findings in the tree\n"));
  const Ended as_json = sciwright_with("submission check --json " + path(""));
  EXPECT_EQ(json::parse(as_json.text).back()["num_logs"], 1);
}

}  // namespace
}  // namespace sciwright
