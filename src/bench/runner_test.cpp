#include "bench/runner.h"

#include <csignal>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "bench/run_settings.h"
#include "record/mllog_reader.h"
#include "record/result.h"
#include "record/run_dir.h"
#include "record/timers_csv.h"

namespace sciwright::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kSecond = 1'000'000'000;

struct Settings {
  RunSettings run;
  std::string input;
};

template <class Visitor>
void visit_fields(Settings& s, Visitor& v) {
  visit_fields(s.run, v);
  v.field("input", s.input, "A file.");
}

/// Reads its input in one epoch; `stop` makes it stop there, as a signal would.
class ReadingBenchmark final : public Benchmark {
 public:
  BenchmarkSpec spec() const override {
    BenchmarkSpec spec;
    spec.name = "reading";
    spec.fields = config::describe<Settings>();
    spec.check = check_settings<Settings>;
    spec.data_paths = {"input"};
    spec.timers = {"Epoch", "Run"};
    return spec;
  }

  RunOutcome run(RunContext& context) const override {
    const std::string input = context.settings["input"];
    content = input.empty() ? "" : read_file(input);
    input_path = input;
    context.phases.start("Epoch", {{"epoch_num", 1}});
    saved = record::read_timers(record::RunPaths(context.folder).timers);
    const bool is_stopped = stop || context.stop_requested();
    if (is_stopped) context.phases.interrupt();
    context.phases.stop("Epoch", true, {{"epoch_num", 1}});
    RunOutcome outcome;
    outcome.stopped = is_stopped;
    return outcome;
  }

  std::string model_summary(const Json&) const override { return ""; }
  Prediction prediction(const Json&, const PredictionRequest&) const override { return {}; }

  bool stop = false;
  mutable std::vector<record::Interval> saved;  ///< What a kill in the epoch would leave.
  mutable std::string content;
  mutable std::string input_path;
};

struct Runner : ::testing::Test {
  Runner() {
    for (const char* name : {"SLURM_JOB_ID", "LSB_JOBID", "PBS_JOBID"}) ::unsetenv(name);
  }

  /// Runs the benchmark into `run`; `config` is the text of a configuration.
  int run(const std::string& config, const std::string& resume = "",
          const std::vector<std::string>& sets = {}) {
    write_file_atomic(dir.path() / "config.yaml", config);
    RunRequest request;
    if (resume.empty()) {
      request.config_files = {(dir.path() / "config.yaml").string()};
      request.out = paths.folder.string();
    }
    request.resume = resume;
    request.overrides = config::parse_overrides(sets);
    RunnerEnvironment environment;
    environment.out = &out;
    environment.to_stderr = [this](const std::string& text) {
      said += text;
      on_said();
    };
    environment.is_terminal = false;
    environment.working_directory = dir.path();
    return run_benchmark(benchmark, request, environment);
  }

  TemporaryDirectory dir;
  record::RunPaths paths{dir.path() / "run"};
  ReadingBenchmark benchmark;
  std::ostringstream out;
  std::string said;
  std::function<void()> on_said = [] {};
};

TEST_F(Runner, EndsWithTimersEnergyAndWhatTrainingWaitedFor) {
  EXPECT_EQ(run("reading: {energy: {delay_s: 0}}"), 0);
  EXPECT_THAT(said, HasSubstr("timer  count  seconds\n"));
  EXPECT_THAT(said, HasSubstr("Energy not measured: energy.delay_s is 0\n"));
  EXPECT_THAT(said, HasSubstr("Nothing was trained batch by batch, so nothing waited for data.\n"));
  EXPECT_EQ(record::read_result(paths.result).io["stall_fraction"], nullptr);
}

TEST_F(Runner, LetsTheConfigurationMapTimersToKeys) {
  run("mllog: {keys: {Epoch: block}}\nreading: {energy: {delay_s: 0}}");
  const std::string log = read_file(paths.mllog);
  EXPECT_THAT(log, HasSubstr("\"block_start\""));
  EXPECT_THAT(log, Not(HasSubstr("\"epoch_start\"")));
}

TEST_F(Runner, RefusesAMappingThatIsNoneBeforeThereIsAFolder) {
  try {
    run("mllog: {keys: {Epoch: 3, Run: [1]}}\nreading: {}");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    const std::string file = (dir.path() / "config.yaml").string();
    EXPECT_EQ(error.what(), file + ":1:16: mllog.keys.Epoch is 3, must be a text\n" + file +
                                ":1:26: mllog.keys.Run is [1], must be a text");
  }
  EXPECT_FALSE(std::filesystem::exists(paths.folder));
}

TEST_F(Runner, StagesTheDataWhereItIsTold) {
  write_file_atomic(dir.path() / "input", "12345");
  run("reading: {energy: {delay_s: 0}, stage: " + dir.path().string() +
      "/fast, input: " + dir.path().string() + "/input}");
  EXPECT_EQ(benchmark.content, "12345");
  EXPECT_THAT(benchmark.input_path, HasSubstr("/fast/sciwright-stage-"));
  EXPECT_FALSE(std::filesystem::exists(benchmark.input_path));
  EXPECT_THAT(read_file(paths.mllog), HasSubstr("\"staging_stop\""));
  EXPECT_THAT(read_file(paths.config), Not(HasSubstr("sciwright-stage-")));
  EXPECT_THAT(read_file(paths.host), HasSubstr(dir.path().string() + "/input"));
}

TEST_F(Runner, KeepsPathsOfDataAbsoluteSoThatTheFolderRepeatsTheRunFromAnywhere) {
  write_file_atomic(dir.path() / "input", "12345");
  const auto relative = std::filesystem::relative(dir.path() / "input");
  run("reading: {energy: {delay_s: 0}, input: " + relative.string() + "}");
  EXPECT_THAT(read_file(paths.config), HasSubstr("input: " + (dir.path() / "input").string()));
}

TEST_F(Runner, RunsAnExperimentBesideItsConfiguration) {
  RunRequest request;
  RunnerEnvironment environment;
  environment.out = &out;
  environment.to_stderr = [this](const std::string& text) { said += text; };
  environment.is_terminal = false;
  environment.working_directory = dir.path();
  for (const std::string file : {"config.yaml", "config_epoch_1.yaml", "config_epoch_2.yaml"}) {
    write_file_atomic(dir.path() / file,
                      "experiment: {repeat: 1}\nreading: {energy: {delay_s: 0}}");
    request.config_files = {(dir.path() / file).string()};
    EXPECT_EQ(run_benchmark(benchmark, request, environment), 0) << said;
  }
  for (const std::string folder : {"run", "run_epoch_1", "run_epoch_2"}) {
    EXPECT_TRUE(std::filesystem::exists(dir.path() / folder / "result.json")) << folder;
  }
}

TEST_F(Runner, HasNothingToDoForAFinishedRun) {
  run("reading: {energy: {delay_s: 0}}");
  const std::string result = read_file(paths.result);
  EXPECT_EQ(run("", paths.folder.string()), 0);
  EXPECT_EQ(read_file(paths.result), result);
  EXPECT_THAT(said, HasSubstr(" is finished, nothing is left to do\n"));
}

TEST_F(Runner, FailsWhenItsResultCannotBePrinted) {
  out.setstate(std::ios::badbit);
  EXPECT_THROW(run("reading: {energy: {delay_s: 0}}"), Error);
  EXPECT_TRUE(std::filesystem::exists(paths.result));
}

TEST_F(Runner, RefusesToResumeAnotherRun) {
  benchmark.stop = true;
  run("reading: {energy: {delay_s: 0}}");
  try {
    run("", paths.folder.string(), {"seed=7"});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "--resume: the run was begun with seed 1, found 7; another seed is another run");
  }
}

TEST_F(Runner, HeedsASignalThatComesBeforeItsFolderIsThere) {
  on_said = [this] {
    if (!std::filesystem::exists(paths.folder)) std::raise(SIGTERM);
  };
  EXPECT_EQ(run("submission: {version: 1}\nreading: {energy: {delay_s: 0}}"),
            static_cast<int>(ErrorKind::kTimeLimit));
  EXPECT_THAT(said, HasSubstr("warning: "));
  EXPECT_THAT(said, HasSubstr("Stopped and saved."));
}

TEST_F(Runner, TellsTheSameGapInTheLog) {
  benchmark.stop = true;
  run("reading: {energy: {delay_s: 0}}");
  const std::int64_t long_ago_ms = system_clock().utc_ns() / 1'000'000 - 1'000'000;
  write_file_atomic(paths.mllog,
                    fmt::format(":::MLLOG {{\"namespace\": \"\", \"time_ms\": {}, \"event_type\": "
                                "\"POINT_IN_TIME\", \"key\": \"seed\", \"value\": 1, "
                                "\"metadata\": {{}}}}\n",
                                long_ago_ms));
  benchmark.stop = false;
  EXPECT_EQ(run("", paths.folder.string()), 0);
  const auto log = record::parse_mllog(read_file(paths.mllog)).records;
  ASSERT_EQ(log.at(1).key, "resume");
  EXPECT_LT(log[1].value["gap_s"], 500.0);  // since the last timer, not the last line
}

TEST_F(Runner, MergesTheTimersOfAResumedRunAndFlagsTheGap) {
  benchmark.stop = true;
  EXPECT_EQ(run("reading: {energy: {delay_s: 0}}"), static_cast<int>(ErrorKind::kTimeLimit));
  benchmark.stop = false;
  EXPECT_EQ(run("", paths.folder.string()), 0);
  std::vector<std::string> rows;
  const auto intervals = record::read_timers(paths.timers);
  for (const record::Interval& i : intervals) {
    rows.push_back(std::to_string(i.session) + ' ' + i.name + ' ' + i.status);
  }
  EXPECT_THAT(rows, ElementsAre("0 Total interrupted", "0 Epoch interrupted", "1 gap ok",
                                "1 Total ok", "1 Epoch ok"));
  EXPECT_THAT(said, HasSubstr("Gap before session 1: "));
  EXPECT_EQ(record::read_result(paths.result).num_sessions, 2);
}

TEST_F(Runner, SavesEachTimerWhenItBegins) {
  benchmark.stop = true;
  run("reading: {energy: {delay_s: 0}}");
  run("", paths.folder.string());
  std::vector<std::string> rows;
  for (const record::Interval& i : benchmark.saved) {
    rows.push_back(std::to_string(i.session) + ' ' + i.name + ' ' + i.status);
  }
  EXPECT_THAT(rows, ElementsAre("0 Total interrupted", "0 Epoch interrupted", "1 gap ok",
                                "1 Total running", "1 Epoch running"));
}

TEST_F(Runner, CountsTheTimersOfAKilledSessionUntilItWasLastSeen) {
  benchmark.stop = true;
  run("reading: {energy: {delay_s: 0}}");
  record::write_timers(paths.timers, benchmark.saved);  // as a kill in the epoch leaves them
  benchmark.stop = false;
  EXPECT_EQ(run("", paths.folder.string()), 0);
  const auto intervals = record::read_timers(paths.timers);
  EXPECT_EQ(intervals.at(0).status, record::kKilled);
  EXPECT_EQ(intervals.at(1).status, record::kKilled);
  EXPECT_EQ(intervals.at(0).start_utc_ns + intervals.at(0).duration_ns.value(),
            intervals.at(2).start_utc_ns);
}

TEST_F(Runner, FlagsTheGapOfAKilledSessionFromWhereItWasLastSeen) {
  benchmark.stop = true;
  run("reading: {energy: {delay_s: 0}}");
  // As if killed later than its last timer tells, with half a line in its log.
  auto intervals = record::read_timers(paths.timers);
  for (record::Interval& interval : intervals) {
    interval.start_utc_ns -= 1000 * kSecond;
    if (interval.name == "Total") interval.duration_ns.reset();
  }
  record::write_timers(paths.timers, intervals);
  write_file_atomic(paths.mllog, read_file(paths.mllog) + ":::MLLOG {\"na");
  benchmark.stop = false;
  EXPECT_EQ(run("", paths.folder.string()), 0);
  EXPECT_LT(record::read_result(paths.result).waiting["gaps"][0]["gap_s"], 500.0);
  EXPECT_TRUE(record::parse_mllog(read_file(paths.mllog)).bad_lines.empty());
}

TEST_F(Runner, TellsQueueTimeFromIdleTimeInAResumedRun) {
  benchmark.stop = true;
  run("reading: {energy: {delay_s: 0}}");
  benchmark.stop = false;
  // Eligible before the first session ended, and the scheduler's clock is ahead: all of the gap.
  const std::int64_t now_s = system_clock().utc_ns() / 1'000'000'000;
  write_file_atomic(dir.path() / "scontrol",
                    fmt::format("#!/bin/sh\necho 'JobId=71 JobName=x'\n"
                                "echo '   SubmitTime={0} EligibleTime={0}'\n"
                                "echo '   StartTime={1} EndTime=Unknown'\n",
                                now_s - 3600, now_s + 3600));
  std::filesystem::permissions(dir.path() / "scontrol", std::filesystem::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (dir.path().string() + ":" + path).c_str(), 1);
  ::setenv("SLURM_JOB_ID", "71", 1);
  EXPECT_EQ(run("", paths.folder.string()), 0);
  ::unsetenv("SLURM_JOB_ID");
  ::setenv("PATH", path.c_str(), 1);
  const auto waiting = record::read_result(paths.result).waiting;
  EXPECT_GT(waiting["queue_s"], 0.0);
  EXPECT_EQ(waiting["queue_s"], waiting["gaps"][0]["gap_s"]);
  EXPECT_EQ(waiting["idle_s"], 0.0);
  EXPECT_EQ(waiting["gaps"][0]["job"], "71");
  EXPECT_THAT(said, HasSubstr("Slurm job 71: "));
  EXPECT_THAT(read_file(paths.mllog), HasSubstr("\"key\": \"resume\", \"value\": {"));
  EXPECT_THAT(read_file(paths.mllog), HasSubstr("\"job\": \"71\", \"queue_s\": "));
}

}  // namespace
}  // namespace sciwright::bench
