// Whole runs on a small simulated catalogue, as `sciwright run earthquake` makes them.

#include "earthquake/task/earthquake.h"

#include <csignal>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/files.h"
#include "bench/runner.h"
#include "earthquake/data/training_facts.h"
#include "train/checkpoint.h"

namespace sciwright::earthquake {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Few pixels, short windows, networks of a few hundred weights. (Two threads: tests/cli.)
const std::vector<std::string> kTiny = {"threads=1",         "synthetic.start_date=2015-01-01",
                                        "data.max_pixels=4", "data.cache=false",
                                        "tft.hidden=4",      "features.encoder_steps=4",
                                        "tft.heads=2",       "training.epochs=0.1",
                                        "lstm.initial=8",    "training.batch_size=64",
                                        "lstm.units=8",      "plots=false",
                                        "lstm.final=8",      "predictions=false"};

/// One run, in this process.
struct Attempt {
  bench::RunRequest request = {};
  std::function<void(const std::string&)> on_text = [](const std::string&) {};
  std::string text;  ///< What people are told on stderr.

  Attempt(const std::filesystem::path& folder, const std::vector<std::string>& settings) {
    request.out = folder;
    for (const auto& list : {kTiny, settings}) {
      for (const std::string& one : list) {
        request.overrides.push_back(config::parse_override(one));
      }
    }
  }
  explicit Attempt(const std::filesystem::path& resumed) { request.resume = resumed; }

  int code() {
    std::ostringstream out;
    bench::RunnerEnvironment environment;
    environment.out = &out;
    environment.is_terminal = false;
    environment.to_stderr = [&](const std::string& line) {
      text += line;
      on_text(line);
    };
    return bench::run_benchmark(Earthquake(), request, environment);
  }
};

/// result.json without what may differ from run to run: times, stamps, sessions.
bench::Json timeless_result(const std::filesystem::path& folder) {
  bench::Json r = bench::Json::parse(read_file(folder / "result.json"));
  for (const char* key : {"times_s", "started_utc", "finished_utc", "num_sessions", "waiting",
                          "energy", "io", "memory"}) {
    r.erase(key);
  }
  return r;
}

/// Runs once whole, once stopped by SIGTERM right after the training; then continues that.
void expect_a_stopped_forecast_to_go_on(const std::string& model) {
  const TemporaryDirectory dir;
  ASSERT_EQ(Attempt(dir.path() / "whole", {"model=" + model}).code(), 0);
  Attempt stopped(dir.path() / "part", {"model=" + model});
  stopped.on_text = [](const std::string& line) {
    if (line.starts_with("epoch ")) std::raise(SIGTERM);
  };
  EXPECT_EQ(stopped.code(), 4);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "part/result.json"));
  Attempt resumed(dir.path() / "part");
  EXPECT_EQ(resumed.code(), 0);
  EXPECT_THAT(resumed.text, Not(HasSubstr("epoch "))) << "it trained again";
  EXPECT_EQ(timeless_result(dir.path() / "part"), timeless_result(dir.path() / "whole"));
}

TEST(EarthquakeRun, StoppedWhileTheTftForecastsGoesOnWithoutTraining) {
  expect_a_stopped_forecast_to_go_on("tft");
}

TEST(EarthquakeRun, StoppedWhileTheLstmForecastsGoesOnWithoutTraining) {
  expect_a_stopped_forecast_to_go_on("lstm");
}

/// Equal weights, bit for bit, and the same training data; settings may differ.
void expect_same_model(const std::filesystem::path& one, const std::filesystem::path& other) {
  const train::Checkpoint a = train::read_checkpoint(one);
  const train::Checkpoint b = train::read_checkpoint(other);
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_TRUE(torch::equal(tensor, b.tensors.at(name))) << name;
  }
  EXPECT_EQ(a.facts["trained_on"], b.facts["trained_on"]);
}

/// A run that reads its windows from files scores as one that does not.
void expect_files_to_change_nothing(const std::string& model) {
  const TemporaryDirectory dir;
  const std::string files = "training.materialise_dir=" + (dir.path() / "files").string();
  ASSERT_EQ(Attempt(dir.path() / "views", {"model=" + model}).code(), 0);
  Attempt stored(dir.path() / "stored", {"model=" + model, "training.materialise=true", files});
  ASSERT_EQ(stored.code(), 0);
  const bench::Json result = timeless_result(dir.path() / "stored");
  EXPECT_EQ(result["scores"], timeless_result(dir.path() / "views")["scores"]);
  expect_same_model(model_file(dir.path() / "stored"), model_file(dir.path() / "views"));
  EXPECT_THAT(stored.text, HasSubstr("of samples into " + (dir.path() / "files").string()));
  const bench::Json traffic = result["details"]["model"]["materialised"];
  EXPECT_GT(traffic["bytes_written"], 0);
  EXPECT_GT(traffic["bytes_read"], 0);
  EXPECT_TRUE(sorted_entries(dir.path() / "files").empty()) << "files were left";
}

TEST(EarthquakeRun, StoppedWhileItWritesWindowsStartsAgain) {
  const TemporaryDirectory dir;
  Attempt stopped(dir.path() / "run", {"training.materialise=true"});
  stopped.on_text = [](const std::string& line) {
    if (line.starts_with("writing ")) std::raise(SIGTERM);
  };
  EXPECT_EQ(stopped.code(), 4);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "run/materialised"));
  EXPECT_EQ(Attempt(dir.path() / "run").code(), 0);
}

TEST(EarthquakeRun, OfTheTftIsTheSameFromMaterialisedWindows) {
  expect_files_to_change_nothing("tft");
}

TEST(EarthquakeRun, OfTheLstmIsTheSameFromMaterialisedWindows) {
  expect_files_to_change_nothing("lstm");
}

}  // namespace
}  // namespace sciwright::earthquake
