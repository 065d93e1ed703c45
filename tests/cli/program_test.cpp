// The programs as people use them: what they print, what they leave behind, how they end.

#include "program.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "record/compliance.h"
#include "record/timers_csv.h"

namespace sciwright {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// What the MLCommons rules find in a log: severity and key, a line each.
std::string findings(const std::string& log, const std::string& rule_set) {
  std::string out;
  for (const record::Finding& f :
       record::check_mllog(read_file(log), {.rule_set = rule_set}).findings) {
    out += (f.severity == record::Severity::kError ? "error " : "warning ") + f.key + "\n";
  }
  return out;
}

/// Timers in a run's timers.csv that `mllog.keys` of its benchmark refuses to name.
std::string unknown_timers(const std::string& benchmark, const std::string& timers_csv) {
  std::string out;
  for (const record::TimerSummary& timer : record::summarize(record::read_timers(timers_csv))) {
    const Ended e =
        sciwright_with("run " + benchmark + " --dry-run --set 'mllog.keys." + timer.name + "=key'");
    if (e.code != 0) out += e.text;
  }
  return out;
}

/// A catalogue of a few years and a network of a few hundred weights.
std::string tiny_earthquake(int num_threads) {
  return "run earthquake --no-progress --threads " + std::to_string(num_threads) +
         " --set synthetic.start_date=1999-01-01 --set data.max_pixels=8 --set tft.hidden=4 "
         "--set tft.heads=2 --epochs 0.2 --set plots=false --set training.batch_size=16 ";
}

/// A folder of its own for each test, with a cache of its own.
class Program : public testing::Test {
 protected:
  void SetUp() override { ::setenv("SCIWRIGHT_CACHE", (dir_.path() / "cache").c_str(), 1); }
  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  json result(const std::string& run) const {
    return json::parse(read_file(dir_.path() / run / "result.json"));
  }
  /// A result without what may differ from run to run: times, stamps, sessions, energy, input,
  /// memory.
  json timeless_result(const std::string& run) const {
    json r = result(run);
    for (const char* key : {"times_s", "started_utc", "finished_utc", "num_sessions", "waiting",
                            "energy", "io", "memory"}) {
      r.erase(key);
    }
    return r;
  }
  /// One seed and two threads give one result and the same weights, bit for bit.
  void expect_the_same_twice(const std::string& model) const {
    // Wide enough for libtorch to share its work between threads.
    const std::string command =
        tiny_earthquake(2) +
        "--set tft.hidden=16 --set data.max_pixels=5 --set features.encoder_steps=6 --model " +
        model + " --set training.batch_size=256 --out ";
    ASSERT_EQ(sciwright_with(command + path("a")).code, 0);
    ASSERT_EQ(sciwright_with(command + path("b")).code, 0);
    EXPECT_EQ(timeless_result("a"), timeless_result("b"));
    EXPECT_EQ(read_file(path("a/model/model.npz")), read_file(path("b/model/model.npz")));
  }

  TemporaryDirectory dir_;
};

TEST_F(Program, TellsItsVersion) {
  const Ended e = sciwright_with("--version");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, HasSubstr("sciwright 0."));
}

TEST_F(Program, SuggestsTheVerbMeant) {
  const Ended e = sciwright_with("docter");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("did you mean 'doctor'?"));
}

TEST_F(Program, SuggestsTheBenchmarkMeant) {
  const Ended e = sciwright_with("run earthqake");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("did you mean 'earthquake'?"));
}

TEST_F(Program, ReportsAllBadSettingsAtOnceAndLeavesNothingBehind) {
  write_file_atomic(path("c.yaml"), "earthquake:\n  modle: tft\n  training: {epochs: fast}\n");
  const Ended e =
      sciwright_with("run earthquake --config " + path("c.yaml") + " --out " + path("r"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("c.yaml:2:3: modle is not a known setting; did you mean 'model'?"));
  EXPECT_THAT(e.text, HasSubstr("c.yaml:3:14: training.epochs is \"fast\", must be a number"));
  EXPECT_FALSE(std::filesystem::exists(path("r")));
}

TEST_F(Program, RunsHelloAndRecordsIt) {
  const Ended e = sciwright_with("run hello --no-progress --out " + path("h"));
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(e.text, HasSubstr("persistence"));
  const json r = result("h");
  EXPECT_EQ(r["benchmark"], "hello");
  EXPECT_TRUE(r["valid"]);
  EXPECT_LT(r["scores"][0]["mse"], r["scores"][0]["baselines"]["persistence"]["mse"]);
  EXPECT_THAT(e.text, HasSubstr("timer "));
  EXPECT_THAT(e.text, HasSubstr("\nEnergy "));
  EXPECT_THAT(e.text, HasSubstr("\nTraining waited "));
  EXPECT_TRUE(r["io"]["stall_fraction"].is_number()) << r["io"];
  EXPECT_TRUE(r["io"]["read_bytes"].is_number()) << r["io"];
  for (const char* file :
       {"config.yaml", "history.csv", "mllog.log", "timers.csv", "host.json", "model/model.npz"}) {
    EXPECT_TRUE(std::filesystem::exists(dir_.path() / "h" / file)) << file;
  }
}

TEST_F(Program, LogsAHelloRunAsTheRulesAsk) {
  ASSERT_EQ(sciwright_with("run hello --no-progress --seed 7 --out " + path("h")).code, 0);
  EXPECT_EQ(findings(path("h/mllog.log"), "science/common"), "");
  EXPECT_THAT(sciwright_with("submission check --strict " + path("h/mllog.log")).text,
              HasSubstr(": passed: 0 errors, 0 warnings (science/hello, science/common)\n"));
  EXPECT_EQ(unknown_timers("hello", path("h/timers.csv")), "");
  // The HPC rules know no benchmark but their own four; nothing else is wrong.
  EXPECT_EQ(findings(path("h/mllog.log"), "hpc_3.0.0/common"), "error submission_benchmark\n");
  EXPECT_THAT(read_file(path("h/mllog.log")),
              ContainsRegex("POINT_IN_TIME\", \"key\": \"seed\", \"value\": 7,"));
}

TEST_F(Program, MeasuresTheEnergyOfARun) {
  const std::filesystem::path zone = dir_.path() / "sys/class/powercap/intel-rapl:0";
  make_directories(zone);
  write_file_atomic(zone / "name", "package-0\n");
  write_file_atomic(zone / "energy_uj", "1000000\n");
  ::setenv("SCIWRIGHT_SENSOR_ROOT", dir_.path().c_str(), 1);
  const Ended e = sciwright_with("run hello --set energy.delay_s=0.01 --out " + path("h"));
  ::unsetenv("SCIWRIGHT_SENSOR_ROOT");
  ASSERT_EQ(e.code, 0) << e.text;
  const json energy = result("h")["energy"];
  EXPECT_EQ(energy["devices"].back()["device"], "cpu0");
  EXPECT_GE(energy["devices"].back()["num_samples"], 2);
  EXPECT_TRUE(energy["phases"].contains("Total")) << energy;
  EXPECT_THAT(read_file(path("h/energy.csv")), HasSubstr(",cpu0,cpu,powercap,measured,package-0,"));
}

TEST_F(Program, SaysWhyTheEnergyOfARunIsNotMeasured) {
  ASSERT_EQ(sciwright_with("run hello --set energy.delay_s=0 --out " + path("h")).code, 0);
  EXPECT_EQ(result("h")["energy"]["joules"], nullptr);
  EXPECT_EQ(result("h")["energy"]["reason"], "not measured: energy.delay_s is 0");
}

TEST_F(Program, RepeatsARunFromItsFolder) {
  ASSERT_EQ(sciwright_with("run hello --threads 1 --seed 3 --out " + path("a")).code, 0);
  ASSERT_EQ(
      sciwright_with("run hello --config " + path("a/config.yaml") + " --out " + path("b")).code,
      0);
  EXPECT_EQ(timeless_result("a"), timeless_result("b"));
}

TEST_F(Program, RefusesAFolderThatHoldsARun) {
  ASSERT_EQ(sciwright_with("run hello --out " + path("a")).code, 0);
  const Ended e = sciwright_with("run hello --out " + path("a"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr(path("a")));
}

TEST_F(Program, RunsIntoTheFolderOfAGeneratedExperiment) {
  std::filesystem::create_directories(path("epoch_1"));
  write_file_atomic(path("epoch_1/config.yaml"), "experiment: {epoch: '1', gpu: a100}\nee: {}\n");
  EXPECT_EQ(sciwright_with("run hello --config " + path("epoch_1/config.yaml")).code, 0);
  EXPECT_TRUE(std::filesystem::exists(path("epoch_1/run/result.json")));
}

TEST_F(Program, ContinuesAnInterruptedTrainingAsIfNothingHadHappened) {
  const std::string slow = "run hello --threads 1 --set num_points=200000 --epochs 3 --out ";
  ASSERT_EQ(sciwright_with(slow + path("whole")).code, 0);
  // The signal comes when the training has begun.
  const std::string command = std::string(SCIWRIGHT_PROGRAM) + " " + slow + path("part") +
                              " >/dev/null 2>&1 & run=$!; until grep -qs epoch_start " +
                              path("part/mllog.log") +
                              " || ! kill -0 $run; do sleep 0.02; done; kill -USR1 $run; wait $run";
  ASSERT_EQ(WEXITSTATUS(std::system(command.c_str())), 4);
  const Ended e = sciwright_with("run hello --resume " + path("part"));
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(timeless_result("part"), timeless_result("whole"));
}

TEST_F(Program, CountsWhatAKilledSessionDid) {
  const std::string slow =
      "run hello --threads 1 --set num_points=200000 --set energy.delay_s=0 --epochs 3 --out ";
  // The signal comes in the second epoch.
  run_shell(std::string(SCIWRIGHT_PROGRAM) + " " + slow + path("part") +
            " >/dev/null 2>&1 & run=$!; until grep -qs 'epoch_start.*\"epoch_num\": 2' " +
            path("part/mllog.log") +
            " || ! kill -0 $run; do sleep 0.02; done; kill -KILL $run; wait $run");
  const Ended e = sciwright_with("run hello --resume " + path("part"));
  ASSERT_EQ(e.code, 0) << e.text;
  std::string rows;
  for (const record::Interval& i : record::read_timers(path("part/timers.csv"))) {
    if (i.session > 0 || !i.duration_ns) continue;
    rows += i.name + ' ' + i.status + '\n';
  }
  EXPECT_THAT(rows, ContainsRegex("Total killed\n(.*\n)*Training killed\nEpoch ok\n(.*\n)*"
                                  "Epoch killed\n"));
  EXPECT_TRUE(result("part")["io"]["read_bytes"].is_number());
  EXPECT_EQ(result("part")["io"]["problems"].size(), 1U);
}

TEST_F(Program, ForecastsEarthquakesBesideTrivialForecasts) {
  const Ended e = sciwright_with(tiny_earthquake(1) + "--out " + path("e"));
  ASSERT_EQ(e.code, 0) << e.text;
  const json row = result("e")["scores"][0];
  EXPECT_EQ(row["parameter"], "Next 2 weeks Now");
  for (const char* name : {"climatology", "persistence", "overlap_floor", "overlap_mean",
                           "linear_autoregression", "ema_nowcast"}) {
    EXPECT_TRUE(row["baselines"][name]["average"].is_number()) << name;
  }
  EXPECT_TRUE(row["average"]["all"].is_number());
  EXPECT_EQ(result("e")["details"]["leakage"].size(), 9U);
}

TEST_F(Program, LogsAnEarthquakeRunAsTheRulesAsk) {
  ASSERT_EQ(sciwright_with(tiny_earthquake(1) + "--out " + path("e")).code, 0);
  EXPECT_EQ(findings(path("e/mllog.log"), ""), "");
  EXPECT_EQ(unknown_timers("earthquake", path("e/timers.csv")), "");
  EXPECT_EQ(findings(path("e/mllog.log"), "hpc_3.0.0/common"), "error submission_benchmark\n");
}

TEST_F(Program, ChecksLogsBeforeTheyAreSubmitted) {
  write_file_atomic(path("bad.log"),
                    ":::MLLOG {\"namespace\": \"\", \"time_ms\": 1, \"event_type\": "
                    "\"POINT_IN_TIME\", \"key\": \"submission_status\", \"value\": \"success\", "
                    "\"metadata\": {}}\n");
  const Ended e = sciwright_with("submission check --rules science/common " + path("bad.log"));
  EXPECT_EQ(e.code, 5);
  EXPECT_THAT(
      e.text,
      HasSubstr(path("bad.log") +
                ":1: error: submission_status: the value must be one of cloud, onprem, preview, "
                "research; "
                "found \"success\"; to fix: log where the system stands; whether the run went well "
                "belongs into the status of run_stop [science/common]\n"));
  EXPECT_THAT(e.text, HasSubstr(path("bad.log") + ": failed: "));
}

TEST_F(Program, NamesEveryLogItCannotRead) {
  const Ended e = sciwright_with("submission check " + path("one.log") + " " + path("two.log"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("one.log: cannot read"));
  EXPECT_THAT(e.text, HasSubstr("two.log: cannot read"));
}

TEST_F(Program, GivesTheSameTftTwiceWithTwoThreads) { expect_the_same_twice("tft"); }

TEST_F(Program, GivesTheSameLstmTwiceWithTwoThreads) { expect_the_same_twice("lstm"); }

TEST_F(Program, GivesTheSameNowcastTwiceWithTwoThreads) { expect_the_same_twice("nowcast"); }

TEST_F(Program, ForecastsTheFortnightsToComeWithAFinishedRun) {
  ASSERT_EQ(sciwright_with(tiny_earthquake(1) + "--out " + path("e")).code, 0);
  const std::string predict = "run earthquake --predict-only " + path("e") + " --out ";
  const Ended e = sciwright_with(predict + path("f"));
  ASSERT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(e.text, HasSubstr("Forecast by tft from "));
  EXPECT_THAT(e.text, HasSubstr("The 8 pixels with the highest forecast of \"Next 2 weeks Now\""));
  EXPECT_THAT(read_file(path("f/forecast.csv")), HasSubstr("Year Back 2wk+26,"));
  EXPECT_TRUE(result("f")["valid"]);
  EXPECT_EQ(result("f")["details"]["forecast"]["num_pixels"], 8);

  const Ended past = sciwright_with(predict + path("g") + " --from 2018-05-05 --json");
  ASSERT_EQ(past.code, 0) << past.text;
  EXPECT_THAT(past.text, HasSubstr("2018-05-05 lies inside a fortnight: the forecast begins on "));
  EXPECT_EQ(result("g")["scores"].size(), 16U);

  const Ended resumed = sciwright_with("run earthquake --resume " + path("f"));
  EXPECT_EQ(resumed.code, 2);
  EXPECT_THAT(resumed.text, HasSubstr("sciwright run earthquake --predict-only " + path("e")));
}

TEST_F(Program, RefusesAForecastWithoutAFinishedRunAndLeavesNothingBehind) {
  const Ended e =
      sciwright_with("run earthquake --predict-only " + path("none") + " --out " + path("f"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr(path("none") + ": this is no run folder"));
  EXPECT_FALSE(std::filesystem::exists(path("f")));
}

TEST_F(Program, MakesACatalogueItCanRead) {
  const std::string file = path("c.csv.gz");
  ASSERT_EQ(sciwright_with("data make earthquake --out " + file).code, 0);
  const Ended e = sciwright_with("data info earthquake " + file);
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(e.text, HasSubstr("Magnitude 2 weeks Now"));
}

TEST_F(Program, GoesOnWithoutACacheAndNamesTheCatalogueItWasGiven) {
  const std::string first = path("first.csv");
  const std::string other = path("other.csv");
  ASSERT_EQ(
      sciwright_with("data make earthquake --set synthetic.start_date=2000-01-01 --out " + first)
          .code,
      0);
  std::filesystem::copy_file(first, other);
  EXPECT_EQ(sciwright_with("data info earthquake " + first).code, 0);
  const Ended cached = sciwright_with("data info earthquake " + other);
  ::setenv("SCIWRIGHT_CACHE", "/dev/null", 1);
  const Ended uncached = sciwright_with("data info earthquake " + other);
  EXPECT_THAT(cached.text, HasSubstr(other));
  EXPECT_THAT(cached.text, Not(HasSubstr(first)));
  EXPECT_EQ(uncached.code, 0);
  EXPECT_THAT(uncached.text,
              HasSubstr("warning: the binned catalogue is not kept for the next run"));
}

TEST_F(Program, LogsADivergedTrainingAsAborted) {
  const Ended e =
      sciwright_with(tiny_earthquake(1) + "--set training.learning_rate=1e30 --out " + path("e"));
  EXPECT_EQ(e.code, 1);
  EXPECT_FALSE(result("e")["valid"]);
  EXPECT_THAT(e.text, HasSubstr("INVALID, not a result of the model:"));
  const std::string log = read_file(path("e/mllog.log"));
  EXPECT_THAT(log, HasSubstr("\"result\": false"));
  EXPECT_THAT(log, Not(HasSubstr("\"status\": \"success\"")));
}

TEST_F(Program, NamesACatalogueThatIsNone) {
  write_file_atomic(path("c.csv"), "this is,no catalogue\n1,2\n");
  const Ended e =
      sciwright_with("run earthquake --catalog " + path("c.csv") + " --out " + path("r"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("c.csv"));
  EXPECT_THAT(e.text, Not(HasSubstr("unexpected failure")));
  EXPECT_FALSE(std::filesystem::exists(path("r")));
}

}  // namespace
}  // namespace sciwright
