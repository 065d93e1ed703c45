#include "submission/tree_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "record/compliance_logs.h"

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
  void write_log(const std::string& name, const std::string& org) const {
    std::vector<Json> log = science_log("earthquake", {{"nnse", 0.9}});
    log[0]["value"] = org;
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
      "laptop/tft/scripts: error: must hold the scripts of the run; found an empty folder; to "
      "fix: add them\n"
      "laptop/tft/config.yaml: error: must name repo, branch, version, tag and data; found "
      "no such file; to fix: write it\n"
      "laptop/tft/scientific_contribution.pdf: error: must describe the result and its "
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
                                    "data; found no YAML: yaml-cpp: error at line "));
}

TEST_F(TreeCheckTest, WarnsOfGapsAndOfNamesThatDoNotAgree) {
  write_log("result-3.txt", "Other");
  const SubmissionTree tree = check_tree(dir.path());
  EXPECT_EQ(findings(),
            "laptop/tft/result-3.txt: warning: must be numbered without gaps; found no "
            "result-2.txt before it; to fix: add or rename it\n"
            "laptop/tft/result-3.txt: warning: submission_org must be the folder's name \"ACME\"; "
            "found \"Other\" in line 1; to fix: rename the folder, or log its name\n");
  EXPECT_TRUE(tree.passed());
  EXPECT_FALSE(tree.passed(true));
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
  EXPECT_THAT(findings(), HasSubstr("found no repo"));
  write_file_atomic(entry / "config.yaml", "&a {b: *a}\n");
  EXPECT_THAT(findings(), HasSubstr("found no repo"));
}

TEST_F(TreeCheckTest, ReportsALogThatIsNoFile) {
  std::filesystem::remove(entry / "result-1.txt");
  ASSERT_EQ(::mkfifo((entry / "result-1.txt").c_str(), 0600), 0);
  make_directories(entry / "result-2.txt");
  EXPECT_EQ(findings(),
            "laptop/tft/result-1.txt: error: must be the log of a run; found no regular file; to "
            "fix: copy its mllog.log there\n"
            "laptop/tft/result-2.txt: error: must be the log of a run; found no regular file; to "
            "fix: copy its mllog.log there\n");
}

}  // namespace
}  // namespace sciwright::submission
