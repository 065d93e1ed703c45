// `sciwright experiment results`, `share` and `merge` as people type them.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "campaign/experiment_files.h"
#include "campaign/fabricated_study.h"
#include "campaign/shares.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using campaign::FabricatedStudy;
using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Files = std::map<std::string, std::string>;

Files files_of(const fs::path& folder) {
  Files out;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    // A killed process leaves what it had not put in place; that is no part of a study.
    if (!item.is_regular_file() || campaign::is_passing(item.path().filename().native())) continue;
    out[item.path().lexically_relative(folder).string()] = read_file(item.path());
  }
  return out;
}

/// A current folder of its own for each test.
class CollectProgram : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override { fs::current_path(before_); }

  /// Two cards with `num_repeats` each.
  static FabricatedStudy study_of(const std::string& folder, int num_repeats,
                                  const std::string& personal = "") {
    FabricatedStudy study(folder);
    std::vector<Json> parameters;
    for (const char* gpu : {"a100", "v100"}) {
      for (int repeat = 1; repeat <= num_repeats; ++repeat) {
        parameters.push_back({{"gpu", gpu}, {"repeat", repeat}});
      }
    }
    study.generate(parameters, {{"scratch", "{os.USER}"}}, personal);
    return study;
  }

  TemporaryDirectory dir_;
  fs::path before_;
};

TEST_F(CollectProgram, RanksCombinesAndSelects) {
  const FabricatedStudy study = study_of("project", 2);
  study.run("gpu_a100_repeat_1", FabricatedStudy::result(0.75));
  study.run("gpu_a100_repeat_2", FabricatedStudy::result(0.5));
  study.run("gpu_v100_repeat_1", FabricatedStudy::result(0.875));
  const Ended competition = sciwright_with("experiment results --best 1 --by accuracy");
  EXPECT_EQ(competition.code, 0);
  EXPECT_EQ(competition.text,
            "accuracy (higher is better)\n"
            "rank   gpu  n   mean\n"
            "----  ----  -  -----\n"
            "   1  v100  1  0.875\n"
            "\n"
            "3 of 4 experiments have a valid result\n"
            "1 has no result yet: gpu_v100_repeat_2\n");
  EXPECT_THAT(sciwright_with("experiment results --combine --csv", "2>/dev/null").text,
              StartsWith("experiment,gpu,repeat,benchmark,model,seed,system,accuracy,subset\n"
                         "gpu_a100_repeat_1,a100,1,cloudmask,,1,EPYC,0.75,all\n"));
  EXPECT_EQ(sciwright_with("experiment results project --select --where 'accuracy > 0.6'").text,
            "gpu_a100_repeat_1\ngpu_v100_repeat_1\n");
  EXPECT_EQ(sciwright_with("experiment results --row subset=land --by accuracy --each --csv "
                           "--where 'repeat == 2'",
                           "2>/dev/null")
                .text,
            "metric,rank,gpu,repeat,benchmark,model,system,num,mean,standard_deviation,median,"
            "olympic_mean,min,max,seeds,experiments\n"
            "accuracy,,a100,2,cloudmask,,,1,0.4,,0.4,,0.4,0.4,,gpu_a100_repeat_2\n");
  const Json json = Json::parse(sciwright_with("experiment results --json").text);
  EXPECT_EQ(json["missing"], Json({"gpu_v100_repeat_2"}));
  EXPECT_EQ(json["metrics"][0]["path"], "accuracy");  // the benchmark's own main score
}

TEST_F(CollectProgram, HasExitCode1ForRunsThatFailed) {
  const FabricatedStudy study = study_of("project", 1);
  study.run("gpu_a100_repeat_1", FabricatedStudy::result(0.75));
  EXPECT_EQ(sciwright_with("experiment results").code, 0);
  EXPECT_EQ(sciwright_with("experiment results --complete").code, 1);
  record::RunResult wrong = FabricatedStudy::result(0.1);
  wrong.valid = false;
  study.run("gpu_v100_repeat_1", wrong);
  EXPECT_EQ(sciwright_with("experiment results").code, 1);
  EXPECT_EQ(sciwright_with("experiment results --combine").code, 1);
  EXPECT_EQ(sciwright_with("experiment results --select").code, 0);
  EXPECT_EQ(sciwright_with("experiment results --where \"gpu == 'a100'\"").code, 0);
}

TEST_F(CollectProgram, SaysWhatIsWrong) {
  study_of("project", 1);
  const Ended wrong =
      sciwright_with("experiment results --highest --lowest --csv --json --best 3 --select");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.text,
            "sciwright: --highest, --lowest: only one of them can be better\n"
            "--csv, --json: only one form at a time\n"
            "--best ranks; it does not go with --combine or --select\n");
  EXPECT_THAT(sciwright_with("experiment results nowhere").text,
              HasSubstr("nowhere: has no experiments.jsonl"));
  EXPECT_THAT(sciwright_with("experiment share project").text,
              HasSubstr("project: is not shared yet; --with alice,bob says by whom"));
  EXPECT_THAT(sciwright_with("experiment share nowhere --with a").text,
              HasSubstr("nowhere: has no experiments"));
  EXPECT_EQ(sciwright_with("experiment merge nowhere --into all").code, 2);
  EXPECT_FALSE(fs::exists("all"));
}

TEST_F(CollectProgram, SharesAStudyWithoutAServer) {
  study_of("alice", 8, " of alice");
  study_of("bob", 8, " of bob");
  const Ended shown =
      sciwright_with("experiment share alice --with alice,bob,carol --weights 2,1,1");
  EXPECT_EQ(shown.code, 0);
  EXPECT_EQ(shown.text,
            "name   weight  experiments  without result\n"
            "-----  ------  -----------  --------------\n"
            "alice       2            8               8\n"
            "bob         1            4               4\n"
            "carol       1            4               4\n");
  sciwright_with("experiment share bob --with alice,bob,carol --weights 2,1,1");
  std::set<std::string> all;
  for (const std::string who : {"alice", "bob", "carol"}) {
    const std::string names = sciwright_with("experiment share alice --of " + who).text;
    EXPECT_EQ(sciwright_with("experiment share bob --of " + who).text, names);
    for (std::size_t start = 0; start < names.size(); start = names.find('\n', start) + 1) {
      all.insert(names.substr(start, names.find('\n', start) - start));
    }
  }
  EXPECT_EQ(all.size(), 16U);
  EXPECT_EQ(sciwright_with("experiment share alice --json").text,
            sciwright_with("experiment share bob --json").text);
}

TEST_F(CollectProgram, GivesNobodysExperimentsAwayUnasked) {
  study_of("project", 2);
  ASSERT_EQ(sciwright_with("experiment share --hosts n1,n2").code, 0);
  EXPECT_EQ(sciwright_with("experiment share --hosts n1,n2").code, 0);
  const Ended other = sciwright_with("experiment share --hosts n1,n2,n3");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.text, HasSubstr("is shared already (n1 1, n2 1)"));
  EXPECT_EQ(sciwright_with("experiment share --hosts n1,n2,n3 --replace").code, 0);
  EXPECT_THAT(sciwright_with("experiment share --of n4").text,
              HasSubstr("n4 has no share of this study"));
}

TEST_F(CollectProgram, HasExitCode1ForConflicts) {
  const FabricatedStudy alice = study_of("alice", 1);
  const FabricatedStudy bob = study_of("bob", 1);
  alice.run("gpu_a100_repeat_1", FabricatedStudy::result(0.75), "EPYC", "n1");
  EXPECT_EQ(sciwright_with("experiment merge alice bob --into all").code, 0);
  bob.run("gpu_a100_repeat_1", FabricatedStudy::result(0.5), "EPYC", "n2");
  const Ended conflict = sciwright_with("experiment merge alice bob --into all");
  EXPECT_EQ(conflict.code, 1);
  EXPECT_EQ(conflict.text,
            "copy   experiments  new  brought  kept aside  conflicts\n"
            "-----  -----------  ---  -------  ----------  ---------\n"
            "alice            2    0        0           0          0\n"
            "bob              2    0        0           1          1\n"
            "\n"
            "conflict: gpu_a100_repeat_1 of bob: another result of the same experiment; see "
            "conflicts/bob/gpu_a100_repeat_1\n"
            "1 of 2 experiments have a result; without one: gpu_v100_repeat_1\n");
  const Json json =
      Json::parse(sciwright_with("experiment merge alice bob --into all --json").text);
  EXPECT_EQ(json["num_conflicts"], 1);
  EXPECT_EQ(json["kept_aside"][0]["kind"], "other_result");
}

/// Starts a merge and kills it after that many nanoseconds, or lets it end. Returns whether it was
/// killed.
bool kill_merge_after(std::int64_t delay_ns) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execl(SCIWRIGHT_PROGRAM, SCIWRIGHT_PROGRAM, "experiment", "merge", "alice", "bob", "carol",
            "--into", "all", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const auto start = std::chrono::steady_clock::now();
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    const std::chrono::nanoseconds passed = std::chrono::steady_clock::now() - start;
    if (passed.count() > delay_ns) ::kill(child, SIGKILL);
  }
  return WIFSIGNALED(status);
}

/// Three users' copies with everything a merge can meet.
class KilledMerge : public CollectProgram {
 protected:
  void SetUp() override {
    CollectProgram::SetUp();
    int number = 0;
    for (const std::string who : {"alice", "bob", "carol"}) {
      const FabricatedStudy copy = study_of(who, 15, " of " + who);
      const auto shares = campaign::parse_shares("alice,bob,carol", "", "--with");
      const auto manifest = experiment::read_manifest(who);
      for (const std::size_t i : share_of(manifest, shares, who)) {
        copy.run(manifest.entries[i].name, FabricatedStudy::result(0.001 * ++number), "EPYC", who);
      }
      // Run by all three: alice failed, the others differ.
      if (who != "alice") copy.run("gpu_v100_repeat_7", FabricatedStudy::result(0.3), "EPYC", who);
      FabricatedStudy::write(fs::path(who) / "notes.txt", "notes of " + who);
    }
    fs::remove_all("alice/gpu_v100_repeat_7/run");
    FabricatedStudy::write("alice/gpu_v100_repeat_7/job.1.jsonl",
                           "{\"event\":\"started\"}\n{\"event\":\"ended\",\"exit_code\":1}\n");
  }

  /// No file in place is half of one: each has the content of some copy's.
  void expect_whole_files() const {
    for (const auto& [path, text] : files_of("all")) {
      if (path.starts_with(".merge") || path == "experiments.jsonl") continue;
      if (path == ".generate.lock") continue;
      EXPECT_TRUE(contents_.contains(text)) << path;
    }
  }

  std::set<std::string> contents_;
};

TEST_F(KilledMerge, LosesNothingAndIsCompletedByTheNext) {
  Files copies[3];
  const std::string names[] = {"alice", "bob", "carol"};
  for (int i = 0; i < 3; ++i) {
    copies[i] = files_of(names[i]);
    for (const auto& [path, text] : copies[i]) contents_.insert(text);
  }
  const auto start = std::chrono::steady_clock::now();
  ASSERT_LT(sciwright_with("experiment merge alice bob carol --into all").code, 2);
  const auto whole_ns = (std::chrono::steady_clock::now() - start).count();
  const Files expected = files_of("all");
  fs::remove_all("all");
  const int num_kills = is_long() ? 200 : 20;
  RandomStream random(derive_seed(1, "kill"));
  int num_killed = 0;
  for (int i = 0; i < num_kills; ++i) {
    const bool killed = kill_merge_after(
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(whole_ns))));
    if (killed) ++num_killed;
    if (fs::exists("all")) expect_whole_files();
    if (i % 2 == 1) continue;  // every other one is killed again before it is completed
    ASSERT_LT(sciwright_with("experiment merge alice bob carol --into all").code, 2);
    ASSERT_EQ(files_of("all"), expected);
    fs::remove_all("all");
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(files_of(names[i]), copies[i]);
  EXPECT_GT(num_killed, num_kills / 4);  // or nothing was tested
}

}  // namespace
}  // namespace sciwright
