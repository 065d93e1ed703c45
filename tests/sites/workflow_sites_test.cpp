// A workflow over this machine, a real sshd and a real Slurm, from a catalogue to a report: its
// engine is killed with -9 ten times on the way, and every job runs exactly once.

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <sstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "../cli/program.h"
#include "base/files.h"
#include "slurm_in_a_folder.h"
#include "sshd_in_a_folder.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::HasSubstr;

/// Experiments of a tiny earthquake benchmark: trivial forecasts.
constexpr const char* kStudy =
    "run: {benchmark: earthquake}\n"
    "experiment: {x: \"[1-3]\"}\n"
    "earthquake:\n"
    "  model: baselines\n"
    "  data: {catalog: EVENTS, max_pixels: 4}\n"
    "  plots: false\n"
    "  predictions: false\n"
    "  energy: {delay_s: 0}\n";

constexpr const char* kScript =
    "#!/bin/bash\n"
    "#SBATCH --time=2\n"
    "echo x_{experiment.x} >>RAN\n"
    "exec sciwright run earthquake --config config.yaml --threads 1\n";

/// Each job writes its name, then works for a while.
constexpr const char* kWorkflow = R"(
workflow:
  hosts:
    box: {jobs: 2, poll: 0.2s, directory: 'THERE', ssh_options: [OPTIONS]}
    slurm: {poll: 1s}
  nodes:
    fetch:
      kind: ssh
      host: box
      exec: >-
        echo fetch >>RAN; sleep 1;
        PROGRAM data make earthquake --out catalogue.csv --set synthetic.start_date=2014-01-01
      outputs: catalogue.csv
    preprocess: {kind: slurm, script: preprocess.sh, inputs: catalogue.csv, outputs: events.csv}
    sweep:
      kind: experiment
      experiment: {config: study.yaml, source: job.in.sh, out: study, launcher: slurm, options: ["--poll", "1"]}
    count: {kind: slurm, script: count.sh}
    nothing: {kind: ssh, host: box, exec: "echo nothing >>RAN; sleep 1; echo '# cloudmesh status=done progress=100 pid=1 score=0'"}
    best: {kind: compete, by: score}
    report:
      kind: ssh
      host: box
      inputs: events.csv
      outputs: report.txt
      exec: "echo report >>RAN; wc -l <events.csv >lines; echo $SCIWRIGHT_BEST_WINNER $SCIWRIGHT_BEST_SCORE >report.txt"
  dependencies:
    - fetch,preprocess,sweep,count,best,report
    - fetch,nothing,best
)";

constexpr const char* kPreprocess =
    "#!/bin/sh\n"
    "#SBATCH --time=1\n"
    "echo preprocess >>RAN\n"
    "sleep 2\n"
    "cat catalogue.csv >events.csv\n";

constexpr const char* kCount =
    "#!/bin/sh\n"
    "#SBATCH --time=1\n"
    "echo count >>RAN\n"
    "sleep 1\n"
    "valid=$(PROGRAM experiment results study --json | sed -n 's/.*\"num_valid\": "
    "\\([0-9]*\\).*/\\1/p')\n"
    "echo \"# cloudmesh status=done progress=100 pid=$$ score=$valid\"\n";

class WorkflowOverSites : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string& obstacle : {SshdInAFolder::obstacle(), SlurmInAFolder::obstacle()}) {
      if (!obstacle.empty()) GTEST_SKIP() << obstacle;
    }
    sshd_ = std::make_unique<SshdInAFolder>();
    slurm_ = std::make_unique<SlurmInAFolder>(SlurmInAFolder::Options{.accounting = false});
    ::setenv("XDG_RUNTIME_DIR", there_.path().c_str(), 1);  // a connection of its own
    before_ = fs::current_path();
    fs::current_path(dir_.path());
    write_file_atomic("w.yaml", filled_in(kWorkflow));
    write_file_atomic("study.yaml", filled_in(kStudy));
    write_file_atomic("job.in.sh", filled_in(kScript));
    write_file_atomic("preprocess.sh", filled_in(kPreprocess));
    write_file_atomic("count.sh", filled_in(kCount));
  }
  void TearDown() override {
    if (!before_.empty()) fs::current_path(before_);
  }

  std::string filled_in(std::string text) const {
    std::string options;
    for (const std::string& word : sshd_->ssh_options()) {
      options += (options.empty() ? "'" : ", '") + word + "'";
    }
    const std::map<std::string, std::string> values = {
        {"RAN", (dir_.path() / "ran").string()},
        {"EVENTS", (dir_.path() / "events.csv").string()},
        {"THERE", (there_.path() / "work").string()},
        {"OPTIONS", options},
        {"PROGRAM", SCIWRIGHT_PROGRAM}};
    for (const auto& [name, value] : values) {
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
        text.replace(at, name.size(), value);
        at += value.size();
      }
    }
    return text;
  }

  /// How often each job wrote its name.
  static std::map<std::string, int> runs() {
    std::map<std::string, int> counts;
    std::istringstream lines(read_file_if_there("ran").value_or(""));
    for (std::string line; std::getline(lines, line);) ++counts[line];
    return counts;
  }

  /// An engine for so long; true when it came to its end before the kill.
  static bool run_and_kill(int ms) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl(SCIWRIGHT_PROGRAM, "sciwright", "workflow", "run", "w.yaml", "-q", nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < ms / 10; ++i) {
      if (::waitpid(child, nullptr, WNOHANG) == child) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return false;
  }

  TemporaryDirectory dir_;
  TemporaryDirectory there_;
  std::unique_ptr<SshdInAFolder> sshd_;
  std::unique_ptr<SlurmInAFolder> slurm_;
  fs::path before_;
};

TEST_F(WorkflowOverSites, FromACatalogueToAReportThroughTenKillsEveryJobRunsOnce) {
  int num_kills = 0;
  while (num_kills < 10) {
    // Odd times, so that kills fall around hand-overs as well as into jobs.
    ASSERT_FALSE(run_and_kill(300 + 170 * num_kills)) << "it ended after " << num_kills << " kills";
    ++num_kills;
  }
  const Ended e = sciwright_with("workflow run w.yaml");
  EXPECT_EQ(e.code, 0) << e.text << sciwright_with("workflow explain w.yaml").text
                       << sciwright_with("workflow logs w.yaml -e").text;
  EXPECT_EQ(runs(), (std::map<std::string, int>{{"fetch", 1},
                                                {"preprocess", 1},
                                                {"nothing", 1},
                                                {"x_1", 1},
                                                {"x_2", 1},
                                                {"x_3", 1},
                                                {"count", 1},
                                                {"report", 1}}));
  EXPECT_EQ(read_file("report.txt"), "count 3\n");
}

TEST_F(WorkflowOverSites, AHostThatDoesNotAnswerKeepsOnlyItsOwnBranchWaiting) {
  write_file_atomic("w.yaml",
                    filled_in("workflow:\n"
                              "  hosts:\n"
                              "    box: {poll: 0.2s, directory: 'THERE', ssh_options: [OPTIONS]}\n"
                              "  nodes:\n"
                              "    far: {kind: ssh, host: box, exec: 'echo far >>RAN'}\n"
                              "    near: {exec: 'echo near >>RAN'}\n"));
  sshd_->stop();
  EXPECT_FALSE(run_and_kill(2000));
  EXPECT_EQ(runs(), (std::map<std::string, int>{{"near", 1}}));
  sshd_->start();
  EXPECT_EQ(sciwright_with("workflow run w.yaml -q").code, 0);
  EXPECT_EQ(runs(), (std::map<std::string, int>{{"near", 1}, {"far", 1}}));
}

}  // namespace
}  // namespace sciwright
