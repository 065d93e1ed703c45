// `sciwright workflow` with real jobs on this machine: what it prints, its exit codes, and that a
// kill of the engine starts nothing twice.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class WorkflowProgram : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
    ::setenv("SCIWRIGHT_WORKFLOWS", (dir_.path() / "root").c_str(), 1);
  }
  void TearDown() override { fs::current_path(before_); }

  static std::string status(const std::string& file, const std::string& node) {
    const Json json =
        Json::parse(sciwright_with("workflow status " + file + " --json", "2>/dev/null").text);
    for (const Json& row : json.at("nodes")) {
      if (row.at("name") == node) return row.at("status");
    }
    return "";
  }

  /// How often each job wrote its name.
  static std::map<std::string, int> runs() {
    std::map<std::string, int> counts;
    std::istringstream lines(read_file_if_there("ran").value_or(""));
    for (std::string line; std::getline(lines, line);) ++counts[line];
    return counts;
  }

  /// Starts an engine beside us.
  static pid_t start_engine(const std::string& file) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl(SCIWRIGHT_PROGRAM, "sciwright", "workflow", "run", file.c_str(), "-q", "-j", "3",
              nullptr);
      ::_exit(127);
    }
    return child;
  }

  static void kill_engine(pid_t child) {
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }

  static bool wait_for(const std::function<bool()>& ready) {
    for (int i = 0; i < 1000; ++i) {
      if (ready()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  TemporaryDirectory dir_;
  fs::path before_;
};

constexpr const char* kChain =
    "workflow:\n"
    "  nodes:\n"
    "    fetch: {exec: \"echo fetched\"}\n"
    "    train: {script: train.sh}\n"
    "    report: {exec: \"echo $SCIWRIGHT_TRAIN_SCORE >report.txt\"}\n"
    "  dependencies: [\"fetch,train,report\"]\n";

TEST_F(WorkflowProgram, RunsJobsInOrderAndHandsTheirValuesOn) {
  write_file_atomic("w.yaml", kChain);
  write_file_atomic("train.sh",
                    "echo \"# cloudmesh status=running progress=100 pid=$$ score=0.75\"\n");
  const Ended e = sciwright_with("workflow run w.yaml");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(e.text, HasSubstr("3 done"));
  EXPECT_EQ(read_file("report.txt"), "0.75\n");
  EXPECT_EQ(sciwright_with("workflow logs w.yaml fetch").text, "fetched\n");
  EXPECT_EQ(sciwright_with("workflow explain w.yaml").text, "all nodes are done\n");
}

TEST_F(WorkflowProgram, AFailureIsExitCodeOneIsExplainedAndRunsAgainLater) {
  write_file_atomic("w.yaml", kChain);
  write_file_atomic("train.sh", "echo no luck >&2; [ -e luck ] || exit 7\n");
  const Ended failed = sciwright_with("workflow run w.yaml");
  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.text, HasSubstr("train: failed: exit code 7"));
  EXPECT_EQ(status("w.yaml", "report"), "ready");
  const std::string why = sciwright_with("workflow explain w.yaml").text;
  EXPECT_THAT(why, HasSubstr("no luck"));
  EXPECT_THAT(why, HasSubstr("It needs train (failed), which did not end well."));
  EXPECT_THAT(why, HasSubstr("  sciwright workflow run w.yaml\n"));
  EXPECT_THAT(sciwright_with("workflow retry w.yaml train").text,
              HasSubstr("`sciwright workflow run w.yaml` goes on"));
  EXPECT_EQ(sciwright_with("workflow logs w.yaml train", "2>&1 >/dev/null").text, "no luck\n");
  write_file_atomic("luck", "");
  EXPECT_EQ(sciwright_with("workflow run w.yaml -q").code, 0);
  EXPECT_EQ(status("w.yaml", "report"), "done");
}

TEST_F(WorkflowProgram, BadFilesAreExitCodeTwoWithAllTheirProblems) {
  write_file_atomic(
      "w.yaml",
      "workflow:\n  nodes:\n    a: {kind: slrum, exec: x}\n    b: {exec: x, retrys: 1}\n"
      "  dependencies: [\"a,b,a\"]\n");
  for (const char* verb : {"check", "run"}) {
    const Ended e = sciwright_with(fmt::format("workflow {} w.yaml", verb));
    EXPECT_EQ(e.code, 2);
    EXPECT_THAT(e.text, HasSubstr("slurm"));
    EXPECT_THAT(e.text, HasSubstr("retries"));
  }
  EXPECT_FALSE(fs::exists("w.state"));
  EXPECT_EQ(sciwright_with("workflow run nowhere.yaml").code, 2);
}

TEST_F(WorkflowProgram, ADryRunPrintsTheOrderAndWritesNothing) {
  write_file_atomic("w.yaml", kChain);
  write_file_atomic("train.sh", "true\n");
  EXPECT_EQ(sciwright_with("workflow run w.yaml -n").text, "fetch\ntrain\nreport\n");
  EXPECT_EQ(sciwright_with("workflow run w.yaml -n --only train").text, "fetch\ntrain\n");
  EXPECT_FALSE(fs::exists("w.state"));
}

TEST_F(WorkflowProgram, KilledManyTimesEveryJobRunsOnce) {
  std::string yaml = "workflow:\n  nodes:\n";
  std::string chain;
  for (int i = 0; i < 40; ++i) {
    yaml += fmt::format("    n{}: {{exec: \"echo n{} >>ran; sleep 0.2\"}}\n", i, i);
  }
  yaml += "  dependencies:\n";
  for (int i = 4; i < 40; ++i) yaml += fmt::format("    - n{},n{}\n", i - 4, i);
  write_file_atomic("w.yaml", yaml);
  for (int kill = 0; kill < 6; ++kill) {
    const std::size_t before = runs().size();
    const pid_t engine = start_engine("w.yaml");
    EXPECT_TRUE(wait_for([&] { return runs().size() >= before + 4; }));
    kill_engine(engine);
  }
  const Ended e = sciwright_with("workflow run w.yaml -q -j 3");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(runs().size(), 40);
  for (const auto& [name, count] : runs()) EXPECT_EQ(count, 1) << name;
}

TEST_F(WorkflowProgram, TwoEnginesOnOneWorkflowAreRefused) {
  write_file_atomic("w.yaml", "workflow: {nodes: {a: {exec: 'echo a >>ran; sleep 60'}}}\n");
  const pid_t engine = start_engine("w.yaml");
  ASSERT_TRUE(wait_for([] { return runs().size() == 1; }));
  const Ended second = sciwright_with("workflow run w.yaml");
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.text, HasSubstr("works in this folder"));
  EXPECT_THAT(second.text, HasSubstr("workflow cancel"));
  EXPECT_EQ(sciwright_with("workflow cancel w.yaml").code, 0);
  int status_code = 0;
  ::waitpid(engine, &status_code, 0);
  EXPECT_EQ(WEXITSTATUS(status_code), 1);
  EXPECT_EQ(status("w.yaml", "a"), "cancelled");
}

/// The program's ssh hangs; jobs here end and start all the same.
TEST_F(WorkflowProgram, AHostThatHangsHoldsNobodyElseUp) {
  fs::create_directory("bin");
  write_file_atomic("bin/ssh", "#!/bin/sh\nexec sleep 60\n");
  fs::permissions("bin/ssh", fs::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", ((dir_.path() / "bin").string() + ":" + path).c_str(), 1);
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {far: {kind: ssh, host: n1.invalid, exec: date}, a: {exec: "
                    "'echo a >>ran'}, b: {exec: 'echo b >>ran'}, c: {exec: 'echo c >>ran'}}, "
                    "dependencies: ['a,b,c']}\n");
  const pid_t engine = start_engine("w.yaml");
  EXPECT_TRUE(wait_for([] { return status("w.yaml", "c") == "done"; }));
  EXPECT_EQ(status("w.yaml", "far"), "submitted");
  kill_engine(engine);
  ::setenv("PATH", path.c_str(), 1);
}

TEST_F(WorkflowProgram, OnATerminalItShowsGroupsAndOtherwiseLines) {
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {n1: {exec: sleep 0.5}, n2: {exec: sleep 0.5}}}\n");
  const std::string run = std::string(SCIWRIGHT_PROGRAM) + " workflow run w.yaml --everything";
  const Ended live = run_shell("TERM=xterm script -qec '" + run + "' /dev/null");
  EXPECT_EQ(live.code, 0) << live.text;
  EXPECT_THAT(live.text, HasSubstr("n*  ["));
  EXPECT_THAT(live.text, HasSubstr("2 running"));
  const Ended plain = run_shell(run);
  EXPECT_THAT(plain.text, HasSubstr("n1: running on "));
  EXPECT_THAT(plain.text, Not(HasSubstr("\x1b")));
}

TEST_F(WorkflowProgram, CancelEndsWhatAKilledEngineLeftRunning) {
  write_file_atomic("w.yaml", "workflow: {nodes: {a: {exec: 'echo $$ >pid; exec sleep 300'}}}\n");
  const pid_t engine = start_engine("w.yaml");
  ASSERT_TRUE(wait_for([] { return read_file_if_there("pid").value_or("").ends_with('\n'); }));
  kill_engine(engine);
  const int job = std::stoi(read_file("pid"));
  EXPECT_EQ(::kill(job, 0), 0);
  const Ended e = sciwright_with("workflow cancel w.yaml");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_TRUE(wait_for([&] { return ::kill(job, 0) != 0; }));
  EXPECT_EQ(status("w.yaml", "a"), "cancelled");
}

/// As programs do that write a checkpoint when they are told to end.
constexpr const char* kSaving =
    "workflow:\n"
    "  nodes:\n"
    "    late: {exec: \"trap 'exit 0' TERM; echo late >>ran; while :; do sleep 0.05; done\", "
    "timeout: 1s}\n"
    "    asked: {exec: \"trap 'exit 0' TERM; echo asked >>ran; while :; do sleep 0.05; done\"}\n"
    "    after-late: {exec: echo after >>ran}\n"
    "    after-asked: {exec: echo after >>ran}\n"
    "  dependencies: ['late,after-late', 'asked,after-asked']\n";

TEST_F(WorkflowProgram, WhoSavesAndSaysZeroWhenItIsToldToEndIsNotDone) {
  write_file_atomic("w.yaml", kSaving);
  const pid_t engine = start_engine("w.yaml");
  ASSERT_TRUE(wait_for([] { return runs().size() == 2; }));
  EXPECT_EQ(sciwright_with("workflow cancel w.yaml asked").code, 0);
  int code = 0;
  ::waitpid(engine, &code, 0);
  EXPECT_EQ(WEXITSTATUS(code), 1);
  EXPECT_EQ(status("w.yaml", "asked"), "cancelled");
  EXPECT_EQ(status("w.yaml", "late"), "failed");
  EXPECT_EQ(status("w.yaml", "after-late"), "ready");
  EXPECT_EQ(runs().count("after"), 0);
  EXPECT_THAT(sciwright_with("workflow explain w.yaml late").text,
              HasSubstr("stopped at its time limit. Give it more time"));
}

TEST_F(WorkflowProgram, ACorrectedNodeRunsWithoutWhatIsDone) {
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {a: {exec: 'echo a >>ran'}, b: {exec: 'echo b >>ran; "
                    "false'}}, dependencies: ['a,b']}\n");
  EXPECT_EQ(sciwright_with("workflow run w.yaml -q").code, 1);
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {a: {exec: 'echo a >>ran'}, b: {exec: 'echo b >>ran'}}, "
                    "dependencies: ['a,b']}\n");
  EXPECT_EQ(sciwright_with("workflow run w.yaml -n").text, "b\n");
  const Ended e = sciwright_with("workflow run w.yaml");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text,
              HasSubstr("the file has changed since the last run; what is done stays done"));
  EXPECT_EQ(runs(), (std::map<std::string, int>{{"a", 1}, {"b", 2}}));
}

TEST_F(WorkflowProgram, ARefusedCommandSaysWhy) {
  write_file_atomic("w.yaml", "workflow: {nodes: {a: {exec: 'echo a >>ran; sleep 60'}}}\n");
  const pid_t engine = start_engine("w.yaml");
  ASSERT_TRUE(wait_for([] { return status("w.yaml", "a") == "running"; }));
  const Ended e = sciwright_with("workflow hold w.yaml a");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("hold a: it does not wait to be started"));
  EXPECT_EQ(sciwright_with("workflow cancel w.yaml").code, 0);
  ::waitpid(engine, nullptr, 0);
}

TEST_F(WorkflowProgram, CheckWarnsOfInputsThatNobodyMakesAndOfHostsThatAreNotThere) {
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {a: {exec: x, inputs: nowhere.csv}, b: {exec: x, inputs: "
                    "made.csv}, c: {exec: x, outputs: made.csv}, d: {kind: ssh, host: "
                    "nosuch.example.invalid, exec: x}}}\n");
  const Ended e = sciwright_with("workflow check w.yaml");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, HasSubstr("the input 'nowhere.csv' of the node 'a' is not there"));
  EXPECT_THAT(e.text, Not(HasSubstr("made.csv")));
  EXPECT_THAT(e.text, HasSubstr("the host 'nosuch.example.invalid' of the node 'd'"));
  EXPECT_THAT(e.text, HasSubstr("2 warnings"));
}

TEST_F(WorkflowProgram, AKeyGivenTwiceDoesNotHideOtherMistakes) {
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {a: {kind: slrum, exec: x}, b: {exec: x, retries: -1}, a: "
                    "{exec: x}}, nods: 1}\n");
  const Ended e = sciwright_with("workflow check w.yaml");
  EXPECT_EQ(e.code, 2);
  for (const char* part : {"'a' is given twice", "slrum", "retries", "nods"}) {
    EXPECT_THAT(e.text, HasSubstr(part));
  }
}

TEST_F(WorkflowProgram, HeldNodesWaitForARelease) {
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {a: {exec: 'echo a >>ran; while [ ! -e go ]; do sleep 0.05; "
                    "done'}, b: {exec: 'echo b >>ran'}}, dependencies: ['a,b']}\n");
  const pid_t engine = start_engine("w.yaml");
  ASSERT_TRUE(wait_for([] { return runs().size() == 1; }));
  EXPECT_EQ(sciwright_with("workflow hold w.yaml b").code, 0);
  EXPECT_TRUE(wait_for([] { return status("w.yaml", "b") == "held"; }));
  write_file_atomic("go", "");
  EXPECT_TRUE(wait_for([] { return status("w.yaml", "a") == "done"; }));
  EXPECT_EQ(runs().count("b"), 0);
  EXPECT_EQ(sciwright_with("workflow release w.yaml b").code, 0);
  int code = 0;
  ::waitpid(engine, &code, 0);
  EXPECT_EQ(WEXITSTATUS(code), 0);
  EXPECT_EQ(runs().at("b"), 1);
}

TEST_F(WorkflowProgram, ResetRunsANodeAndWhatDependsOnItAgain) {
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {a: {exec: 'echo a >>ran'}, b: {exec: 'echo b >>ran'}, c: "
                    "{exec: 'echo c >>ran'}}, dependencies: ['a,b,c']}\n");
  ASSERT_EQ(sciwright_with("workflow run w.yaml -q").code, 0);
  EXPECT_EQ(sciwright_with("workflow reset w.yaml b").code, 0);
  ASSERT_EQ(sciwright_with("workflow run w.yaml -q").code, 0);
  EXPECT_EQ(runs(), (std::map<std::string, int>{{"a", 1}, {"b", 2}, {"c", 2}}));
  const Ended e = sciwright_with("workflow cancel w.yaml nobody");
  EXPECT_EQ(e.code, 2);
}

TEST_F(WorkflowProgram, WorkflowsOfARootHaveNames) {
  write_file_atomic("w.yaml", kChain);
  write_file_atomic("train.sh", "true\n");
  EXPECT_EQ(sciwright_with("cc workflow add --filename=w.yaml --name=demo").code, 0);
  EXPECT_EQ(sciwright_with("workflow add w.yaml --name demo").code, 2);
  EXPECT_EQ(sciwright_with("cc workflow run --name=demo -q").code, 0);
  EXPECT_THAT(sciwright_with("workflow list").text, HasSubstr("demo  done"));
  EXPECT_THAT(sciwright_with("cc workflow graph --name=demo --format dot").text,
              HasSubstr("fetch -> train"));
  EXPECT_EQ(sciwright_with("cc workflow delete --name=demo").code, 0);
  EXPECT_FALSE(fs::exists("root/demo"));
  EXPECT_EQ(sciwright_with("workflow add w.yaml --name ../demo").code, 2);
}

TEST_F(WorkflowProgram, AStudyIsANode) {
  write_file_atomic("study.yaml", "experiment: {x: \"[1-3]\"}\n");
  write_file_atomic("job.in.sh", "#!/bin/sh\necho {experiment.x} >>../../ran\n");
  write_file_atomic("w.yaml",
                    "workflow: {nodes: {sweep: {kind: experiment, experiment: {config: study.yaml, "
                    "source: job.in.sh, out: study, jobs: 2}}}}\n");
  const Ended e = sciwright_with("workflow run w.yaml");
  EXPECT_EQ(e.code, 0) << e.text << sciwright_with("workflow logs w.yaml -e").text;
  EXPECT_EQ(runs(), (std::map<std::string, int>{{"1", 1}, {"2", 1}, {"3", 1}}));
}

}  // namespace
}  // namespace sciwright
