// --predict-only, from training to forecast.csv, on a small simulated catalogue.

#include "earthquake/task/prediction.h"

#include <cmath>
#include <filesystem>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files.h"
#include "bench/runner.h"
#include "earthquake/data/catalogue_writer.h"
#include "earthquake/data/etas.h"
#include "earthquake/data/predictions_file.h"
#include "earthquake/data/training_facts.h"
#include "earthquake/task/earthquake.h"
#include "io/csv.h"
#include "train/checkpoint.h"

namespace sciwright::earthquake {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

/// forecast.csv: one value per parameter and pixel.
std::map<std::pair<std::string, int>, float> read_forecast(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  io::CsvReader rows(text);
  rows.next();
  rows.use_as_header();
  std::map<std::pair<std::string, int>, float> out;
  while (rows.next()) {
    out[{std::string(rows.text(rows.column("parameter"))),
         static_cast<int>(rows.integer(rows.column("loc")))}] =
        static_cast<float>(rows.number(rows.column("forecast")));
  }
  return out;
}

/// A catalogue of seven years, and its first five: what models are trained on.
class PredictionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryDirectory;
    const std::vector<Event> events = simulate_etas({.end_date = "1956-12-31",
                                                     .burn_in_years = 1,
                                                     .min_magnitude = 2.5,
                                                     .background_per_year = 1000,
                                                     .branching_ratio = 0.5})
                                          .events;
    std::vector<Event> old = events;
    std::erase_if(old, [](const Event& event) {
      return event.time_ms >= days_from_civil(1955, 1, 1) * 86'400'000;
    });
    write_catalogue(path("new.csv"), events);
    write_catalogue(path("old.csv"), old);
    train("nowcast", "nowcast", {});
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string path(const std::string& name) { return (folder_->path() / name).string(); }

  /// What the program prints; throws as it does.
  static std::string sciwright(const Words& arguments) {
    const Earthquake earthquake;
    std::ostringstream out;
    bench::RunnerEnvironment environment;
    environment.out = &out;
    environment.to_stderr = [&](const std::string& text) { out << text; };
    bench::run_benchmark(earthquake, bench::parse_run_request(earthquake.spec(), arguments),
                         environment);
    return out.str();
  }

  static void train(const std::string& run, const std::string& model, const Words& settings) {
    Words words = {"--catalog", path("old.csv"), "--model", model, "--out", path(run)};
    Words all = {"data.max_pixels=12", "data.cache=false", "plots=false",
                 "threads=1",          "device=cpu",       "training.epochs=1",
                 "tft.hidden=8",       "tft.heads=2",      "training.batch_size=32"};
    all.insert(all.end(), settings.begin(), settings.end());
    for (const std::string& setting : all) words.insert(words.end(), {"--set", setting});
    sciwright(words);
  }

  /// The largest difference between what a run forecast for a sequence, in predictions.h5, and what
  /// its model forecasts from that day on out of a catalogue with two more years.
  static float largest_difference(const std::string& run, int sequence) {
    const Predictions written = read_predictions(path(run + "/predictions.h5"));
    const std::string from =
        iso_date(written.last_input_days[static_cast<std::size_t>(sequence)] + kDaysPerFortnight);
    const std::string out = path(run + "_from_" + from);
    sciwright(
        {"--predict-only", path(run), "--catalog", path("new.csv"), "--from", from, "--out", out});
    const auto forecast = read_forecast(out + "/forecast.csv");
    EXPECT_EQ(forecast.size(), written.parameters.size() * written.locs.size());
    float largest = 0;
    for (std::size_t k = 0; k < written.parameters.size(); ++k) {
      for (std::size_t p = 0; p < written.locs.size(); ++p) {
        const float expected = written.forecasts[k].at(static_cast<int>(p), sequence);
        const float found = forecast.at({written.parameters[k].name, written.locs[p]});
        EXPECT_TRUE(std::isfinite(found));
        largest = std::max(largest, std::abs(expected - found));
      }
    }
    return largest;
  }

  /// The message of a forecast that must be refused and leave nothing behind.
  static std::string refusal(const std::string& run, Words flags) {
    flags.insert(flags.end(), {"--predict-only", path(run), "--out", path("refused")});
    try {
      sciwright(flags);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage) << error.what();
      EXPECT_FALSE(std::filesystem::exists(path("refused")));
      return error.what();
    }
    return "no error";
  }

  /// A copy of the nowcast's run, to be damaged.
  static std::string copied_run(const std::string& name) {
    std::filesystem::copy(path("nowcast"), path(name), std::filesystem::copy_options::recursive);
    return name;
  }

 private:
  static inline TemporaryDirectory* folder_ = nullptr;
};

/// Other batches mean other sums in matrix products: float32 rounding of magnitudes up to 8.
constexpr float kRounding = 5e-6F;

TEST_F(PredictionTest, OfATftIsWhatItsRunForecast) {
  train("tft", "tft", {});
  EXPECT_LE(largest_difference("tft", 17), kRounding);
  EXPECT_LE(largest_difference("tft", 60), kRounding);
}

TEST_F(PredictionTest, OfATftThatKnowsTheRowNumberIsWhatItsRunForecast) {
  train("reference", "tft",
        {"features.inputs=reference", "tft.form=reference", "tft.residual=none"});
  EXPECT_LE(largest_difference("reference", 17), kRounding);
}

TEST_F(PredictionTest, OfAnLstmIsWhatItsRunForecastToTheBit) {
  train("lstm", "lstm", {});
  EXPECT_EQ(largest_difference("lstm", 17), 0);
}

TEST_F(PredictionTest, OfAHybridIsWhatItsRunForecastToTheBit) {
  train("hybrid", "hybrid",
        {"hybrid.width=16", "hybrid.heads=2", "hybrid.layers=1", "hybrid.decoder_units=8"});
  EXPECT_EQ(largest_difference("hybrid", 17), 0);
}

TEST_F(PredictionTest, OfARunWithoutValidationPixelsIsPossible) {
  train("three", "hybrid",
        {"data.max_pixels=3", "hybrid.width=16", "hybrid.heads=2", "hybrid.layers=1"});
  EXPECT_THAT(read_file(path("three/history.csv")), Not(HasSubstr("nan")));
  EXPECT_EQ(largest_difference("three", 17), 0);
}

TEST_F(PredictionTest, OfANowcastIsWhatItsRunForecast) {
  // Vectorised and plain exponentials may differ in the last bit.
  EXPECT_LE(largest_difference("nowcast", 17), 1e-6F);
  EXPECT_LE(largest_difference("nowcast", 60), 1e-6F);
}

TEST_F(PredictionTest, OfBaselinesIsTheLinearAutoregressionTheRunShowed) {
  train("baselines", "baselines", {});
  EXPECT_EQ(largest_difference("baselines", 17), 0);
}

TEST_F(PredictionTest, GoesOnFromTheNewestCatalogueAndIsARunOfItsOwn) {
  const std::string text =
      sciwright({"--predict-only", path("nowcast"), "--catalog", path("new.csv"), "--out",
                 path("newest"), "--set", "plots=true"});
  EXPECT_THAT(text, HasSubstr("Forecast by nowcast from 1956-12-26 on"));
  EXPECT_EQ(read_forecast(path("newest/forecast.csv")).size(), 16U * 12U);
  const auto result = nlohmann::json::parse(read_file(path("newest/result.json")));
  EXPECT_TRUE(result["valid"]);
  EXPECT_TRUE(result["scores"].empty());  // Nothing of it has been observed.
  EXPECT_EQ(result["details"]["forecast"]["first_day"], "1956-12-26");
  EXPECT_EQ(result["details"]["trained_on"]["last_fit_day"], "1954-12-28");
  EXPECT_THAT(read_file(path("newest/config.yaml")),
              HasSubstr("--predict-only " + path("nowcast")));
  for (const char* file : {"timers.csv", "host.json", "mllog.log", "plots/forecast_map.svg",
                           "plots/forecast_map.png", "plots/forecast_excess_map.svg"}) {
    EXPECT_TRUE(std::filesystem::exists(path(std::string("newest/") + file))) << file;
  }
}

TEST_F(PredictionTest, ScoresWhatHasBeenObserved) {
  sciwright({"--predict-only", path("nowcast"), "--catalog", path("new.csv"), "--from",
             "1955-06-01", "--out", path("past")});
  const auto result = nlohmann::json::parse(read_file(path("past/result.json")));
  EXPECT_FALSE(result["details"]["trained_on"]["saw_forecast_days"]);
  ASSERT_EQ(result["scores"].size(), 16U);
  EXPECT_TRUE(result["scores"][0]["mse"].is_number());
  EXPECT_TRUE(result["scores"][0]["baselines"]["climatology"]["mae"].is_number());
}

TEST_F(PredictionTest, SaysWhenTheFitSawTheDaysItForecasts) {
  const std::string text =
      sciwright({"--predict-only", path("nowcast"), "--catalog", path("new.csv"), "--from",
                 "1954-06-02", "--out", path("seen")});
  EXPECT_THAT(text,
              HasSubstr("Not a forecast: the model was fitted to what happened up to 1954-12-28"));
  const auto result = nlohmann::json::parse(read_file(path("seen/result.json")));
  EXPECT_TRUE(result["details"]["trained_on"]["saw_forecast_days"]);
}

TEST_F(PredictionTest, RefusesAFolderThatIsNoRun) {
  std::filesystem::create_directories(path("empty"));
  EXPECT_THAT(refusal("empty", {}), HasSubstr("this is no run folder, it has no config.yaml"));
}

TEST_F(PredictionTest, RefusesAnUnfinishedRun) {
  std::filesystem::remove(path(copied_run("unfinished")) + "/result.json");
  EXPECT_THAT(refusal("unfinished", {}), HasSubstr("the run is not finished"));
}

TEST_F(PredictionTest, RefusesAnInvalidRun) {
  const std::string file = path(copied_run("invalid")) + "/result.json";
  auto result = nlohmann::json::parse(read_file(file));
  result["valid"] = false;
  result["reasons"] = {"the loss became NaN"};
  write_file_atomic(file, result.dump());
  EXPECT_THAT(refusal("invalid", {}), HasSubstr("the run is invalid: the loss became NaN"));
}

TEST_F(PredictionTest, RefusesARunWithoutAModel) {
  std::filesystem::remove(model_file(path(copied_run("modelless"))));
  EXPECT_THAT(refusal("modelless", {}), AllOf(HasSubstr("holds no model"), HasSubstr("model.npz")));
}

TEST_F(PredictionTest, RefusesATruncatedModel) {
  const std::filesystem::path file = model_file(path(copied_run("truncated")));
  const std::string bytes = read_file(file);
  write_file_atomic(file, bytes.substr(0, bytes.size() * 3 / 4));
  EXPECT_THAT(refusal("truncated", {}), HasSubstr(file.string()));
}

TEST_F(PredictionTest, RefusesSettingsTheModelWasNotTrainedWith) {
  EXPECT_THAT(refusal("nowcast", {"--model", "lstm", "--set", "features.encoder_steps=13"}),
              AllOf(HasSubstr("model is \"lstm\", but the model was trained with \"nowcast\""),
                    HasSubstr("features.encoder_steps is 13")));
}

TEST_F(PredictionTest, RefusesWeightsThatDoNotFitTheSettings) {
  train("narrow", "lstm", {"lstm.units=4"});
  const std::filesystem::path file = model_file(path("narrow"));
  train::Checkpoint checkpoint = train::read_checkpoint(file);
  checkpoint.tensors.begin()->second = torch::zeros({3});
  train::write_checkpoint(file, checkpoint);
  EXPECT_THAT(refusal("narrow", {}),
              AllOf(HasSubstr(file.string()), HasSubstr("has shape [3], this network expects")));
}

TEST_F(PredictionTest, RefusesADayWithoutData) {
  EXPECT_THAT(refusal("nowcast", {"--from", "1949-12-31"}),
              HasSubstr("the earliest forecast begins on 1951-12-19"));
  EXPECT_THAT(refusal("nowcast", {"--from", "1999-01-01"}), HasSubstr("at the latest"));
}

TEST_F(PredictionTest, RefusesWhatIsNoDate) {
  EXPECT_THAT(refusal("nowcast", {"--from", "tomorrow"}),
              HasSubstr("'tomorrow' is not a date; expected YYYY-MM-DD"));
}

TEST_F(PredictionTest, RefusesACatalogueTooShortForTheModel) {
  std::vector<Event> events;
  for (int k = 0; k < 40; ++k) {
    events.push_back({.time_ms = (fortnight_start(k) + 2) * 86'400'000,
                      .latitude_deg = 34,
                      .longitude_deg = -117,
                      .magnitude = 3});
  }
  write_catalogue(path("short.csv"), events);
  EXPECT_THAT(refusal("nowcast", {"--catalog", path("short.csv")}),
              HasSubstr("the catalogue: 39 fortnights since 1950-01-04 are known"));
}

}  // namespace
}  // namespace sciwright::earthquake
