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

namespace sciwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// A folder of its own for each test, with a cache of its own.
class Program : public testing::Test {
 protected:
  void SetUp() override { ::setenv("SCIWRIGHT_CACHE", (dir_.path() / "cache").c_str(), 1); }
  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  json result(const std::string& run) const {
    return json::parse(read_file(dir_.path() / run / "result.json"));
  }
  /// A result without what may differ from run to run: times, stamps, sessions.
  json timeless_result(const std::string& run) const {
    json r = result(run);
    for (const char* key : {"times_s", "started_utc", "finished_utc", "num_sessions", "energy"}) {
      r.erase(key);
    }
    return r;
  }

  TemporaryDirectory dir_;
};

/// A catalogue of a few years and a network of a few hundred weights.
const std::string kTinyEarthquake =
    "run earthquake --no-progress --threads 1 --set synthetic.start_date=1999-01-01 "
    "--set data.max_pixels=8 --set tft.hidden=4 --set tft.heads=2 --epochs 0.2 --set plots=false "
    "--set training.batch_size=16 ";

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
  for (const char* file :
       {"config.yaml", "history.csv", "mllog.log", "timers.csv", "host.json", "model/model.npz"}) {
    EXPECT_TRUE(std::filesystem::exists(dir_.path() / "h" / file)) << file;
  }
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
  const std::string command = std::string("timeout --signal=USR1 1.5 ") + SCIWRIGHT_PROGRAM + " " +
                              slow + path("part") + " >/dev/null 2>&1; echo $?";
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[16] = {};
  ASSERT_NE(std::fgets(buffer, sizeof buffer, pipe), nullptr);
  ::pclose(pipe);
  if (std::filesystem::exists(path("part/result.json"))) GTEST_SKIP() << "the run was too quick";
  const Ended e = sciwright_with("run hello --resume " + path("part"));
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(timeless_result("part"), timeless_result("whole"));
}

TEST_F(Program, ForecastsEarthquakesBesideTrivialForecasts) {
  const Ended e = sciwright_with(kTinyEarthquake + "--out " + path("e"));
  ASSERT_EQ(e.code, 0) << e.text;
  const json row = result("e")["scores"][0];
  EXPECT_EQ(row["parameter"], "Next 2 weeks Now");
  for (const char* name : {"climatology", "persistence", "overlap_floor", "overlap_mean",
                           "linear_autoregression", "ema_nowcast"}) {
    EXPECT_TRUE(row["baselines"][name]["average"].is_number()) << name;
  }
  EXPECT_TRUE(row["average"]["all"].is_number());
  EXPECT_EQ(result("e")["details"]["leakage"].size(), 8U);
}

TEST_F(Program, GivesTheSameEarthquakeResultTwice) {
  ASSERT_EQ(sciwright_with(kTinyEarthquake + "--out " + path("a")).code, 0);
  ASSERT_EQ(sciwright_with(kTinyEarthquake + "--out " + path("b")).code, 0);
  EXPECT_EQ(timeless_result("a"), timeless_result("b"));
}

TEST_F(Program, MakesACatalogueItCanRead) {
  const std::string file = path("c.csv.gz");
  ASSERT_EQ(sciwright_with("data make earthquake --out " + file).code, 0);
  const Ended e = sciwright_with("data info earthquake " + file);
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_THAT(e.text, HasSubstr("Magnitude 2 weeks Now"));
}

TEST_F(Program, NamesACatalogueThatIsNone) {
  write_file_atomic(path("c.csv"), "this is,no catalogue\n1,2\n");
  const Ended e =
      sciwright_with("run earthquake --catalog " + path("c.csv") + " --out " + path("r"));
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("c.csv"));
  EXPECT_THAT(e.text, Not(HasSubstr("unexpected failure")));
}

}  // namespace
}  // namespace sciwright
