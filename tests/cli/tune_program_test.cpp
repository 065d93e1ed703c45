// `sciwright experiment tune` as people type it: workers that come, go and are killed.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/random.h"
#include "experiment/manifest.h"
#include "program.h"
#include "tuning/event.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A job that scores |log10(lr) + 2| + 1 / epoch, and complains when it runs beside itself.
const char* const kScript =
    "#!/bin/sh\n"
    "echo {ee.identifier} >> ../runs.log\n"
    "mkdir busy || echo {ee.identifier} >> ../twice.log\n"
    "sleep ${PAUSE:-0.05}\n"
    "mkdir -p run\n"
    "mse=$(awk 'BEGIN {d = log({experiment.lr}) / log(10) + 2; print (d < 0 ? -d : d) + 1 / "
    "{experiment.epoch}}')\n"
    "printf '{\"schema_version\": 1, \"benchmark\": \"fake\", \"seed\": 1, \"valid\": true, "
    "\"reasons\": [], \"scores\": [{\"mse\": %s}], \"details\": {}, \"num_sessions\": 1, "
    "\"energy\": null, \"times_s\": {}, \"model\": null, \"program_version\": null, "
    "\"config_hash\": null, \"started_utc\": null, \"finished_utc\": null}' $mse > result.tmp\n"
    "mv result.tmp run/result.json\n"
    "rmdir busy\n";

const char* const kStudy =
    "experiment: {lr: {log_uniform: [1.0e-4, 1.0]}}\n"
    "tune: {metric: mse, better: lower, budget: {epoch: [1, 2, 4]}, reduction: 2, trials: 16,\n"
    "  num_random: 6}\n";

/// A current folder of its own for each test.
class TuneProgram : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
    write_file_atomic("study.yaml", kStudy);
    write_file_atomic("job.in.sh", kScript);
  }
  void TearDown() override { fs::current_path(before_); }

  static std::vector<tuning::Event> events() {
    std::istringstream log(sciwright_with("experiment tune t --log").text);
    std::vector<tuning::Event> out;
    for (std::string line; std::getline(log, line);) {
      out.push_back(tuning::parse_event(line, "log"));
    }
    return out;
  }

  static std::vector<std::string> sorted_lines(const std::string& file) {
    std::vector<std::string> lines;
    if (!fs::exists(file)) return lines;
    std::istringstream text(read_file(file));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  static pid_t start_worker() {
    const pid_t child = ::fork();
    if (child != 0) return child;
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::execl(SCIWRIGHT_PROGRAM, SCIWRIGHT_PROGRAM, "experiment", "tune", "t", "-j", "2",
            static_cast<char*>(nullptr));
    ::_exit(127);
  }

  TemporaryDirectory dir_;
  fs::path before_;
};

TEST_F(TuneProgram, FindsGoodValuesAndListsEveryTrial) {
  const Ended e = sciwright_with("experiment tune t --config study.yaml --source job.in.sh -j 2 -q",
                                 "2>/dev/null");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, AllOf(HasSubstr("16 of 16 trials started\n"), HasSubstr("best: lr_0.0")));
  const Json status = Json::parse(sciwright_with("experiment tune t --status --json").text);
  EXPECT_LT(status["best"]["value"].get<double>(), 0.25 + 0.5);
  EXPECT_EQ(status["best"]["rung"], 2);
  std::size_t num_runs = 0;
  for (const Json& trial : status["trials"]) num_runs += trial.size();
  EXPECT_THAT(experiment::read_manifest("t").entries, SizeIs(num_runs));
  EXPECT_EQ(sorted_lines("t/runs.log").size(), num_runs);
  EXPECT_THAT(
      sciwright_with("experiment results t --best 1 --by mse --lowest").text,
      HasSubstr(fmt::format("{} of {} experiments have a valid result", num_runs, num_runs)));
}

TEST_F(TuneProgram, SaysWhatIsWrong) {
  EXPECT_THAT(sciwright_with("experiment tune t").text, HasSubstr("t: is not being tuned"));
  EXPECT_EQ(sciwright_with("experiment tune t --config study.yaml").code, 2);
  EXPECT_FALSE(fs::exists("t"));
  write_file_atomic("bad.yaml", "experiment: {lr: 3}\ntune: {metrik: mse}\n");
  const Ended bad = sciwright_with("experiment tune t --config bad.yaml --source job.in.sh");
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.text, HasSubstr("bad.yaml:2:8: metrik is not a known setting"));
}

TEST_F(TuneProgram, LeavesWhenItIsToldToAndOthersGoOn) {
  ASSERT_EQ(
      sciwright_with("experiment tune t --config study.yaml --source job.in.sh --runs 3").code, 0);
  ::setenv("PAUSE", "30", 1);
  const pid_t worker = start_worker();
  ::unsetenv("PAUSE");
  while (events().size() < 8) std::this_thread::yield();  // 3 starts, 3 ends, 2 starts
  ::kill(worker, SIGTERM);
  int status = 0;
  ASSERT_EQ(::waitpid(worker, &status, 0), worker);
  EXPECT_EQ(WEXITSTATUS(status), 4);
  const std::vector<tuning::Event> log = events();
  EXPECT_EQ(std::ranges::count(log, tuning::Event::Kind::kReleased, &tuning::Event::kind), 2);
  for (const auto& event : log) fs::remove_all(fs::path("t") / event.experiment / "busy");
  EXPECT_EQ(sciwright_with("experiment tune t -j 2").code, 0);
  EXPECT_THAT(sciwright_with("experiment tune t --status").text, HasSubstr("16 of 16 trials"));
}

TEST_F(TuneProgram, LosesNothingAndRunsNothingTwiceWhenWorkersAreKilled) {
  const int num_kills = is_long() ? 200 : 20;
  RandomStream random(derive_seed(1, "kill"));
  int num_killed = 0;
  int num_studies = 0;
  while (num_killed < num_kills) {
    ++num_studies;
    fs::remove_all("t");
    ASSERT_EQ(
        sciwright_with("experiment tune t --config study.yaml --source job.in.sh --runs 1").code,
        0);
    for (int i = 0; i < 10; ++i) {
      const pid_t worker = start_worker();
      std::this_thread::sleep_for(std::chrono::milliseconds(random.below(400)));
      ::kill(worker, SIGKILL);
      int status = 0;
      ::waitpid(worker, &status, 0);
      if (WIFSIGNALED(status)) ++num_killed;
    }
    ASSERT_EQ(sciwright_with("experiment tune t -j 2").code, 0);
    EXPECT_THAT(sorted_lines("t/twice.log"), IsEmpty());
    // Jobs outlive their workers, so each ran once, whoever wrote down its end.
    std::set<std::string> experiments;
    std::map<std::pair<std::size_t, std::size_t>, int> open;
    for (const tuning::Event& event : events()) {
      const int change = event.kind == tuning::Event::Kind::kStart ? 1 : -1;
      const int now = open[{event.trial, event.rung}] += change;
      ASSERT_TRUE(now == 0 || now == 1);
      if (event.kind == tuning::Event::Kind::kStart) experiments.insert(event.experiment);
      if (event.kind == tuning::Event::Kind::kEnd) {
        EXPECT_TRUE(event.value) << event.reason;
      }
    }
    for (const auto& [place, count] : open) EXPECT_EQ(count, 0);
    EXPECT_EQ(sorted_lines("t/runs.log"),
              std::vector<std::string>(experiments.begin(), experiments.end()));
    EXPECT_THAT(experiment::read_manifest("t").entries, SizeIs(experiments.size()));
  }
  EXPECT_LT(num_studies, num_kills);  // or hardly anything was killed
}

}  // namespace
}  // namespace sciwright
