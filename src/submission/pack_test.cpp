#include "submission/pack.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "io/yaml.h"
#include "submission/fabricated_submissions.h"
#include "submission/tree_check.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;
using record::Json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Every file below a folder and its content.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    out[entry.path().lexically_relative(folder).string()] = read_file(entry.path());
  }
  return out;
}

/// What a check finds, in logs too.
std::string everything_found(const fs::path& folder) {
  const SubmissionTree tree = check_tree(folder);
  std::string text = findings_text(tree.all_findings());
  for (const CheckedSubmission& submission : tree.submissions) {
    for (const CheckedLog& log : submission.logs) {
      text += record::compliance_text(log.report, log.path.string());
    }
  }
  return text;
}

/// Three repeats of each benchmark, and where they are packed to.
struct PackTest : ::testing::Test {
  PackTest() {
    for (const std::uint64_t seed : {1, 2, 3}) {
      const double more = 0.001 * static_cast<double>(seed);
      make_submittable_run(runs / fmt::format("eq{}", seed),
                           {.seed = seed, .score = 0.9 + more, .joules = 100});
      make_submittable_run(runs / fmt::format("cm{}", seed),
                           {.benchmark = "cloudmask", .seed = seed, .score = 0.91 + more});
    }
  }
  std::string refusal(const PackRequest& asked) const {
    try {
      pack({runs}, asked, out);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      EXPECT_FALSE(fs::exists(out));
      return error.what();
    }
    return "";
  }

  TemporaryDirectory dir;
  fs::path runs = dir.path() / "runs";
  fs::path out = dir.path() / "out";
  PackRequest request{
      .org = "ACME",
      .data_settings = {{"earthquake", {"data.catalog"}}, {"cloudmask", {"data.catalog"}}}};
};

TEST_F(PackTest, PacksBothBenchmarksSoThatTheyPassTheCheck) {
  const std::vector<fs::path> folders = pack({runs}, request, out);
  ASSERT_EQ(folders.size(), 2U);
  EXPECT_EQ(folders[0].parent_path(), out / "ACME/cloudmask/laptop");
  EXPECT_EQ(folders[1].parent_path(), out / "ACME/earthquake/laptop");
  const SubmissionTree tree = check_tree(out);
  EXPECT_TRUE(tree.passed());
  EXPECT_EQ(tree.num_logs(), 6U);
  EXPECT_TRUE(tree.submissions[0].verified());
  EXPECT_TRUE(tree.submissions[1].verified());
  EXPECT_EQ(findings_text(tree.submissions[1].findings),
            (folders[1] / "sientific_contribution.pdf").string() +
                ": warning: must describe the contribution; found the skeleton that was packed; to "
                "fix: write the document and put its PDF there\n");
}

TEST_F(PackTest, LaysTheTreeOutAsTheWorkingGroupAsks) {
  pack({runs / "eq1", runs / "eq2"}, request, out);
  std::vector<std::string> names;
  for (const auto& [name, content] : contents(out)) {
    names.push_back(name.substr(name.find("tft-") + 13));
  }
  EXPECT_THAT(names,
              ElementsAre("README.md", "SHA256SUMS", "config.yaml", "result-1.txt", "result-2.txt",
                          "run-1/history.csv", "run-1/result.json", "run-2/history.csv",
                          "run-2/result.json", "scripts/run.sh", "sientific_contribution.md",
                          "sientific_contribution.pdf", "system.json"));
}

TEST_F(PackTest, GivesTheSameBytesForTheSameRuns) {
  pack({runs}, request, out);
  pack({runs / "cm3", runs / "eq2", runs}, request, dir.path() / "again");
  EXPECT_EQ(contents(out), contents(dir.path() / "again"));
}

TEST_F(PackTest, FailsTheCheckWhereAnyFileIsMissing) {
  const std::vector<fs::path> folders = pack({runs}, request, out);
  int num_removed = 0;
  for (const auto& [name, content] : contents(out)) {
    if (name.ends_with("sientific_contribution.md")) continue;  // the skeleton's source
    fs::remove(out / name);
    EXPECT_FALSE(check_tree(out).passed()) << name;
    EXPECT_THAT(everything_found(out), HasSubstr(name + ": error: ")) << name;
    write_file_atomic(out / name, content);
    ++num_removed;
  }
  EXPECT_EQ(num_removed, 2 * (6 + 3 + 6));
  EXPECT_TRUE(check_tree(out).passed());
}

TEST_F(PackTest, FailsTheCheckWhereAnyFileIsAnother) {
  pack({runs}, request, out);
  for (const auto& [name, content] : contents(out)) {
    if (name.find("sientific_contribution.") != std::string::npos || name.ends_with("README.md")) {
      continue;  // left to the authors
    }
    write_file_atomic(out / name, content + " ");
    EXPECT_FALSE(check_tree(out).passed()) << name;
    EXPECT_THAT(everything_found(out), HasSubstr(name)) << name;
    write_file_atomic(out / name, content);
  }
  EXPECT_TRUE(check_tree(out).passed());
}

TEST_F(PackTest, FailsTheCheckWhereAnyRequiredRecordIsMissing) {
  const fs::path log = pack({runs / "eq1"}, request, out)[0] / "result-1.txt";
  const std::string text = read_file(log);
  for (const std::string key :
       {"submission_benchmark", "submission_org", "submission_division", "submission_version",
        "submission_github_commit_version", "submission_status", "submission_platform", "result"}) {
    std::string less;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const bool is_it = line.find("\"key\":\"" + key + "\"") != std::string::npos ||
                         line.find("\"key\": \"" + key + "\"") != std::string::npos;
      if (!is_it) less += line + "\n";
    }
    ASSERT_NE(less, text) << key;
    write_file_atomic(log, less);
    EXPECT_FALSE(check_tree(out).passed()) << key;
    EXPECT_THAT(everything_found(out), HasSubstr(" error: " + key + ": must occur exactly once"));
  }
}

TEST_F(PackTest, FailsTheCheckWhereAnyRequiredKeyIsMissing) {
  const fs::path path = pack({runs / "eq1"}, request, out)[0] / "config.yaml";
  const Json config = io::read_yaml(path).value;
  for (const char* key : {"repo", "branch", "version", "tag"}) {
    Json less = config;
    less["github"].erase(key);
    write_file_atomic(path, io::write_yaml(less));
    EXPECT_THAT(everything_found(out), HasSubstr(std::string("found no ") + key + "; to fix"));
    EXPECT_FALSE(check_tree(out).passed()) << key;
  }
}

TEST_F(PackTest, WritesTheNamesOfTheSubmissionIntoTheLogsAndNothingElse) {
  const fs::path folder = pack({runs / "eq1"}, {.org = "ACME \"Labs\"", .system = "quake"}, out)[0];
  const std::string before = read_file(runs / "eq1/mllog.log");
  const std::string after = read_file(folder / "result-1.txt");
  std::istringstream a(before);
  std::istringstream b(after);
  std::string changed;
  for (std::string line, other; std::getline(a, line) && std::getline(b, other);) {
    if (line != other) changed += other + "\n";
  }
  EXPECT_THAT(changed, AllOf(HasSubstr(R"("key": "submission_org", "value": "ACME \"Labs\"")"),
                             HasSubstr(R"("key": "submission_platform", "value": "quake")")));
  EXPECT_EQ(std::ranges::count(changed, '\n'), 2);
  const Json packed = io::read_yaml(folder / "config.yaml").value["packed"];
  EXPECT_EQ(packed["renamed_records"], Json({"submission_org", "submission_platform"}));
}

TEST_F(PackTest, TellsNobodysHomeUserOrNode) {
  const fs::path folder = pack({runs / "eq1"}, request, out)[0];
  for (const auto& [name, content] : contents(folder)) {
    EXPECT_THAT(content, AllOf(Not(HasSubstr("/home/me")), Not(HasSubstr("node7")))) << name;
  }
  EXPECT_THAT(read_file(folder / "config.yaml"), HasSubstr("catalog: data/socal.csv.xz"));
  EXPECT_THAT(read_file(folder / "system.json"),
              AllOf(HasSubstr("\"host_processor_model_name\": \"AMD EPYC\""),
                    HasSubstr("\"host_memory_capacity\": \"8.0 GiB\""),
                    HasSubstr("\"framework\": \"libtorch 1.13.0\""),
                    HasSubstr("\"sw_notes\": \"OMP_NUM_THREADS=2; module gcc/12\"")));
}

TEST_F(PackTest, MakesSubmissionsOfTheirOwnForOtherSettings) {
  make_submittable_run(runs / "other", {.seed = 1, .learning_rate = 0.01});
  EXPECT_EQ(pack({runs}, request, out).size(), 3U);
}

TEST_F(PackTest, RefusesRunsThatCannotBeSubmittedAllAtOnce) {
  make_submittable_run(runs / "hello", {.benchmark = "hello"});
  make_submittable_run(runs / "invalid", {.seed = 9, .valid = false});
  make_submittable_run(runs / "twice", {.seed = 2});
  make_submittable_run(runs / "far", {.seed = 8, .cpu = "Xeon"});
  write_file_atomic(runs / "cm2/mllog.log", "nothing\n");
  const std::string why = refusal({.org = "a/b", .division = "closed", .scripts = {"/no/such"}});
  EXPECT_THAT(
      why, AllOf(HasSubstr("hello: 'hello' is no benchmark of MLCommons Science"),
                 HasSubstr("invalid: the run is invalid: the loss is not a number"),
                 HasSubstr("twice: has the seed 2 of"), HasSubstr("host_processor_model_name is"),
                 HasSubstr("mllog.log:1: : must hold records"),
                 HasSubstr("--org 'a/b': it must be the name of a folder")));
  EXPECT_THAT(why, AllOf(HasSubstr("--division closed: the science benchmarks take no closed"),
                         HasSubstr("--script /no/such: there is no such file")));
}

TEST_F(PackTest, AsksForTheOrganisation) {
  EXPECT_THAT(refusal({}), HasSubstr("--org '': the runs do not say it; it must be given"));
}

TEST_F(PackTest, OverwritesNothing) {
  pack({runs}, request, out);
  try {
    pack({runs}, request, out);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(": is there already; remove it, or give another --name"));
  }
}

TEST_F(PackTest, TakesAwayWhatAKilledPackLeft) {
  const fs::path left = out / "ACME/earthquake/laptop/.packing-tft";
  make_directories(left);
  write_file_atomic(left / "result-9.txt", "half");
  request.descriptor = "tft";
  const fs::path folder = pack({runs / "eq1"}, request, out)[0];
  EXPECT_FALSE(fs::exists(left));
  EXPECT_FALSE(fs::exists(folder / "result-9.txt"));
  EXPECT_TRUE(check_tree(out).passed());
}

TEST_F(PackTest, TakesTheContributionAndScriptsOfTheAuthors) {
  write_file_atomic(dir.path() / "paper.pdf", "%PDF-1.7 ours");
  write_file_atomic(dir.path() / "job.slurm", "#!/bin/sh\n");
  request.contribution = dir.path() / "paper.pdf";
  request.scripts = {dir.path() / "job.slurm"};
  const fs::path folder = pack({runs / "eq1"}, request, out)[0];
  EXPECT_EQ(read_file(folder / "sientific_contribution.pdf"), "%PDF-1.7 ours");
  EXPECT_TRUE(fs::exists(folder / "scripts/job.slurm"));
  EXPECT_TRUE(check_tree(out).passed(true));
}

TEST_F(PackTest, DrawsTheSkeletonAsPdf) {
  const fs::path folder = pack({runs}, request, out)[1];
  EXPECT_THAT(read_file(folder / "sientific_contribution.pdf"),
              AllOf(::testing::StartsWith("%PDF"), HasSubstr("CreationDate (20261101100012Z)")));
  EXPECT_THAT(read_file(folder / "sientific_contribution.md"),
              AllOf(HasSubstr("result-2.txt: seed 2, score 0.902"),
                    HasSubstr("nnse (first run: 0.901): to be described.")));
}

TEST_F(PackTest, SaysInTheReadmeWhatCameOut) {
  const fs::path folder = pack({runs}, request, out)[1];
  EXPECT_THAT(
      read_file(folder / "README.md"),
      AllOf(HasSubstr("result-1.txt | 1 | 0.901000 | 12 | 100 | 0.750000 |"),
            HasSubstr("The runs read data/socal.csv.xz"), HasSubstr("names in submission_org;")));
}

}  // namespace
}  // namespace sciwright::submission
