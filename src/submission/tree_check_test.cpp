#include "submission/tree_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "record/compliance_logs.h"
#include "record/result.h"

namespace sciwright::submission {
namespace {

using record::science_log;
using record::text_of;
using ::testing::HasSubstr;

/// A submission that passes; tests break it.
struct TreeCheckTest : ::testing::Test {
  TreeCheckTest() {
    make_directories(entry / "scripts");
    write_file_atomic(entry / "scripts" / "run.sh", "sciwright run earthquake\n");
    write_file_atomic(entry / "README.md", "Run scripts/run.sh.\n");
    write_file_atomic(entry / "scientific_contribution.pdf", "%PDF-1.5\n");
    write_file_atomic(
        entry / "config.yaml",
        "git: {repo: r, branch: main, version: '1', tag: v1}\ndata: sciwright data\n");
    write_log("result-1.txt", "ACME");
  }
  void write_log(const std::string& name, const std::string& org, int seed = 1) const {
    std::vector<Json> log = science_log("earthquake", {{"nnse", 0.9}});
    log[0]["value"] = org;
    for (Json& line : log) {
      if (line["key"] == "seed") line["value"] = seed;
    }
    write_file_atomic(entry / name, text_of(log));
  }
  /// The findings with paths below the organisation's folder.
  std::string findings() const {
    std::string text = findings_text(check_tree(dir.path()).all_findings());
    const std::string prefix = (dir.path() / "ACME/earthquake").string() + "/";
    for (std::size_t at = 0; (at = text.find(prefix)) != std::string::npos;) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  TemporaryDirectory dir;
  std::filesystem::path entry = dir.path() / "ACME/earthquake/laptop/tft";
};

TEST_F(TreeCheckTest, PassesAndHoldsEveryLogAgainstTheRulesOfItsApplication) {
  const SubmissionTree tree = check_tree(dir.path());
  EXPECT_EQ(findings_text(tree.all_findings()), "");
  ASSERT_EQ(tree.num_logs(), 1U);
  EXPECT_EQ(tree.submissions[0].logs[0].report.rule_sets[0], "science/earthquake");
  EXPECT_TRUE(tree.passed(true));
  EXPECT_TRUE(check_tree(dir.path() / "ACME").passed(true));
}

TEST_F(TreeCheckTest, NamesEverythingThatIsMissing) {
  std::filesystem::remove_all(entry);
  make_directories(entry / "scripts");
  EXPECT_EQ(
      findings(),
      "laptop/tft/README.md: error: must say how to repeat the run; found no such file; to "
      "fix: write it\n"
      "laptop/tft/scripts: error: must hold the scripts of the run; found no script in it; to "
      "fix: add them\n"
      "laptop/tft/config.yaml: error: must name repo, branch, version, tag and data; found "
      "no such file; to fix: write it\n"
      "laptop/tft/sientific_contribution.pdf: error: must describe the result and its "
      "fields; found no such file; to fix: add it\n"
      "laptop/tft: error: must hold the logs result-1.txt, result-2.txt, …; found none; to "
      "fix: copy each run's mllog.log there\n");
}

TEST_F(TreeCheckTest, LooksIntoTheFiles) {
  write_file_atomic(entry / "README.md", "");
  write_file_atomic(entry / "config.yaml", "git: {repo: r, branch: main}\nversion: 1\ndata: x\n");
  write_file_atomic(entry / "scientific_contribution.pdf", "<html>");
  EXPECT_EQ(findings(),
            "laptop/tft/README.md: error: must say how to repeat the run; found an empty file; to "
            "fix: write it\n"
            "laptop/tft/config.yaml: error: must name repo, branch, version, tag and data; found "
            "no tag; to fix: add the key tag with its value\n"
            "laptop/tft/scientific_contribution.pdf: error: must be a PDF; found another kind of "
            "file; to fix: export it as PDF\n");
}

TEST_F(TreeCheckTest, AsksForValuesAndForTheNamesOfLogs) {
  write_file_atomic(entry / "config.yaml", "repo:\nbranch: main\nversion: 1\ntag: a\ndata: x\n");
  write_file_atomic(entry / "result_2.txt", "");
  EXPECT_EQ(findings(),
            "laptop/tft/config.yaml: error: must name repo, branch, version, tag and data; found "
            "no repo; to fix: add the key repo with its value\n"
            "laptop/tft/result_2.txt: error: must be called result-1.txt, result-2.txt, …; found "
            "result_2.txt; to fix: rename it\n");
}

TEST_F(TreeCheckTest, ReportsAConfigThatIsNoYaml) {
  write_file_atomic(entry / "config.yaml", "a: [1\n");
  EXPECT_THAT(findings(), HasSubstr("config.yaml: error: must name repo, branch, version, tag and "
                                    "data; found no YAML: config.yaml:"));
}

TEST_F(TreeCheckTest, RefusesGapsAndNamesThatDoNotAgree) {
  write_log("result-3.txt", "Other", 2);
  EXPECT_EQ(findings(),
            "laptop/tft/result-3.txt: error: must be numbered without gaps; found no "
            "result-2.txt before it; to fix: add or rename it\n"
            "laptop/tft/result-3.txt:1: error: submission_org must be the folder's name \"ACME\"; "
            "found \"Other\"; to fix: rename the folder, or pack the runs under it\n");
  EXPECT_FALSE(check_tree(dir.path()).passed());
}

TEST_F(TreeCheckTest, RefusesSeedsThatOccurTwice) {
  write_log("result-2.txt", "ACME", 1);
  EXPECT_EQ(findings(),
            "laptop/tft/result-2.txt:9: error: must have a seed of its own, as a repeat; found the "
            "seed 1 of result-1.txt; to fix: leave it out, or run it with another seed\n");
}

TEST_F(TreeCheckTest, RefusesOneLogTwiceAlsoWithoutSeeds) {
  std::vector<Json> log = science_log("earthquake", {{"nnse", 0.9}});
  std::erase_if(log, [](const Json& line) { return line["key"] == "seed"; });
  write_file_atomic(entry / "result-1.txt", text_of(log));
  write_file_atomic(entry / "result-2.txt", text_of(log));
  EXPECT_EQ(findings(),
            "laptop/tft/result-2.txt: error: must be the log of a run of its own; found the same "
            "log as result-1.txt; to fix: leave it out\n");
}

TEST_F(TreeCheckTest, RefusesLogsOfOtherSystemsAndBenchmarks) {
  std::vector<Json> log = science_log("cloudmask", {{"accuracy", 0.95}});
  log[1]["value"] = "desktop";
  write_file_atomic(entry / "result-2.txt", text_of(log));
  EXPECT_THAT(findings(), HasSubstr("result-2.txt:2: error: submission_platform must be the "
                                    "folder's name \"laptop\"; found \"desktop\""));
  const record::ComplianceReport report = check_tree(dir.path()).submissions[0].logs[1].report;
  EXPECT_THAT(
      record::compliance_text(report, "log"),
      HasSubstr("error: submission_benchmark: the value must be earthquake; found \"cloudmask\""));
}

TEST_F(TreeCheckTest, FollowsNoLink) {
  const std::filesystem::path outside = dir.path() / "outside";
  std::filesystem::rename(entry / "scripts", outside);
  std::filesystem::create_directory_symlink(outside, entry / "scripts");
  std::filesystem::remove(entry / "README.md");
  std::filesystem::create_symlink("/etc/passwd", entry / "README.md");
  EXPECT_EQ(findings(),
            "laptop/tft/README.md: error: must be a file or folder of its own; found a link to "
            "/etc/passwd; to fix: copy what it leads to there, or remove it\n"
            "laptop/tft/scripts: error: must be a file or folder of its own; found a link to " +
                outside.string() + "; to fix: copy what it leads to there, or remove it\n");
}

TEST_F(TreeCheckTest, FollowsNoLinkToASystemsFolder) {
  std::filesystem::create_directory_symlink(entry.parent_path(),
                                            dir.path() / "ACME/earthquake/twin");
  EXPECT_THAT(findings(), HasSubstr("twin: error: must be a file or folder of its own"));
  EXPECT_EQ(check_tree(dir.path()).submissions.size(), 1U);
}

TEST_F(TreeCheckTest, ReadsNoHugeFile) {
  std::filesystem::resize_file(entry / "result-1.txt", 1ULL << 40);
  std::filesystem::resize_file(entry / "config.yaml", 2 << 20);
  EXPECT_EQ(findings(),
            "laptop/tft/result-1.txt: error: must not be larger than 67.1 MB; found 1.1 TB; to "
            "fix: pass the log of the run alone\n"
            "laptop/tft/config.yaml: error: must not be larger than 1.05 MB; found 2.1 MB; to fix: "
            "leave out what is no setting\n");
}

TEST_F(TreeCheckTest, RefusesABinaryLog) {
  const std::string text = read_file(entry / "result-1.txt");
  write_file_atomic(entry / "result-1.txt", text + std::string("\0\x7f", 2));
  EXPECT_THAT(findings(), HasSubstr("error: must be the text of a log; found a byte 0, as in "
                                    "binary files; to fix: copy the run's mllog.log there\n"));
}

TEST_F(TreeCheckTest, RefusesNamesThatAreNoText) {
  write_file_atomic(entry / "a\nb\x1b[31m", "x");
  EXPECT_THAT(findings(), HasSubstr("laptop/tft/a b [31m: error: must have a name of printable "
                                    "UTF-8; found other bytes in it; to fix: rename it\n"));
}

TEST_F(TreeCheckTest, EndsWithResultsThatNestWithoutEnd) {
  make_directories(entry / "run-1");
  write_file_atomic(entry / "run-1/result.json",
                    "{\"schema_version\": " + std::string(1 << 20, '['));
  EXPECT_THAT(findings(),
              HasSubstr("run-1/result.json: error: must be the result of the run; found "
                        "JSON of 100 levels or more; to fix: pack the runs again\n"));
}

TEST_F(TreeCheckTest, RefusesALogWhoseScoreIsNotThatOfItsRun) {
  make_directories(entry / "run-1");
  record::RunResult result;
  result.benchmark = "earthquake";
  result.seed = 7;
  result.scores = {{{"average", 0.91}, {"baselines", {{"persistence", {{"average", 0.9}}}}}}};
  record::write_result(entry / "run-1/result.json", result);
  EXPECT_THAT(findings(), HasSubstr("result-1.txt:9: error: must have the seed of its result.json, "
                                    "7; found 1; to fix: "));
  EXPECT_THAT(findings(), HasSubstr("error: must have a score that its result.json has, too; found "
                                    "0.9, which is not in it; to fix: "));
}

TEST_F(TreeCheckTest, RefusesOneRunInTwoSubmissions) {
  const std::filesystem::path other = dir.path() / "Other/earthquake/laptop/tft";
  make_directories(other.parent_path());
  std::filesystem::copy(entry, other, std::filesystem::copy_options::recursive);
  std::filesystem::remove(other / "result-1.txt");
  std::vector<Json> log = science_log("earthquake", {{"nnse", 0.9}});
  log[0]["value"] = "Other";
  for (Json& line : log) {
    if (line["key"] == "seed") line["value"] = 1;
  }
  write_file_atomic(other / "result-1.txt", text_of(log));
  const SubmissionTree tree = check_tree(dir.path());
  for (const CheckedSubmission& submission : tree.submissions) {
    EXPECT_THAT(findings_text(submission.findings),
                HasSubstr("must be the log of a run of this submission alone; found the log of the "
                          "same run as "));
    EXPECT_FALSE(submission.passed());
  }
  EXPECT_EQ(tree.submissions.size(), 2U);
}

TEST_F(TreeCheckTest, FailsWithALogThatFails) {
  write_file_atomic(entry / "result-1.txt", "hello\n");
  const SubmissionTree tree = check_tree(dir.path());
  EXPECT_TRUE(tree.all_findings().empty());
  EXPECT_FALSE(tree.passed());
}

TEST_F(TreeCheckTest, AsksForTheLayout) {
  make_directories(dir.path() / "empty");
  EXPECT_THAT(findings_text(check_tree(dir.path() / "empty").all_findings()),
              HasSubstr("empty: error: must hold a folder of an application"));
  make_directories(dir.path() / "org/uno/system");
  EXPECT_THAT(
      findings_text(check_tree(dir.path() / "org").all_findings()),
      HasSubstr("org/uno/system: error: must hold a folder for each submission; found none"));
  EXPECT_THROW(check_tree(dir.path() / "none"), Error);
}

TEST_F(TreeCheckTest, WritesJson) {
  std::filesystem::remove(entry / "README.md");
  const Json json = tree_json(check_tree(dir.path()), "sub");
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["num_logs"], 1);
  EXPECT_EQ(json["findings"].size(), 1U);
  EXPECT_EQ(json["findings"][0]["rule"], "must say how to repeat the run");
}

TEST_F(TreeCheckTest, EndsWithAConfigThatIsHugeOrHoldsItself) {
  std::string bomb = "a: &a {x: 1}\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    bomb += fmt::format("{0}: &{0} {{", c);
    for (int i = 0; i < 10; ++i)
      bomb += fmt::format("{}k{}: *{}", i == 0 ? "" : ", ", i, char(c - 1));
    bomb += "}\n";
  }
  write_file_atomic(entry / "config.yaml", bomb);
  EXPECT_THAT(findings(), HasSubstr("config.yaml: error: must name repo"));
  write_file_atomic(entry / "config.yaml", "&a {b: *a}\n");
  EXPECT_THAT(findings(), HasSubstr("config.yaml: error: must name repo"));
}

TEST_F(TreeCheckTest, ReportsALogThatIsNoFile) {
  std::filesystem::remove(entry / "result-1.txt");
  ASSERT_EQ(::mkfifo((entry / "result-1.txt").c_str(), 0600), 0);
  make_directories(entry / "result-2.txt");
  EXPECT_EQ(findings(),
            "laptop/tft/result-1.txt: error: must be a file or folder of its own; found a pipe, "
            "socket or device; to fix: remove it\n");
}

}  // namespace
}  // namespace sciwright::submission
