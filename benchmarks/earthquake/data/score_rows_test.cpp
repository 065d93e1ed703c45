#include "earthquake/data/score_rows.h"

#include <cmath>

#include <gtest/gtest.h>

#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

// One encoder step after 25 dropped fortnights: sequence s knows fortnight 25 + s, and a target of
// step 2 ends at 27 + s. Of four sequences the last has no observation.
constexpr int kNumFortnights = 30;
const PredictionParameter kSecond{.name = "Second", .log_name = "Second", .window = 1, .step = 2};

/// One pixel whose magnitudes are 1, but 1, 2, 3 where the three targets end.
PixelHistory history() {
  Fortnights fortnights{.energy = {kGridPixels, kNumFortnights, std::pow(10, 1.5)},
                        .depth_km = {kGridPixels, kNumFortnights},
                        .num_events = {kGridPixels, kNumFortnights},
                        .num_large = {kGridPixels, kNumFortnights}};
  fortnights.energy.at(0, 28) = std::pow(10, 1.5 * 2);
  fortnights.energy.at(0, 29) = std::pow(10, 1.5 * 3);
  return pixel_history(fortnights, {0}, {kSecond}, 1);
}

ScoreRow row_of(MissingObservation missing) {
  const Period all{.name = "all", .end = kNumFortnights};
  const Protocol protocol{.axis = {.num_fortnights = kNumFortnights, .encoder_steps = 1},
                          .fit = all,
                          .scored = {all},
                          .parameters = {kSecond}};
  const PixelHistory known = history();
  const BaselineTask task{.history = known, .protocol = protocol};
  const PixelSplit split{.locs = {0}, .is_validation = {0}};
  const std::vector<QuantityStatistics> scales(64, {.min = 0, .max = 10});
  Forecast forecast(1, 4);
  forecast.values = {1, 2, 4, 6};
  return score_rows({.task = task,
                     .split = split,
                     .scales = scales,
                     .missing = missing,
                     .forecasts = {forecast},
                     .parameters = {kSecond}})
      .at(0);
}

const ForecastScore& baseline(const ScoreRow& row, const std::string& name) {
  for (const auto& [found, score] : row.baselines) {
    if (found == name) return score;
  }
  throw std::out_of_range(name);
}

TEST(ScoreRows, SayHowManyPixelsTheAveragesLeaveOut) {
  const auto with_constant = [](int count) {
    ForecastScore score;
    score.all.num_pixels = 5;
    score.all.num_constant_pixels = count;
    return ScoreRow{kSecond, "all", {}, {{"mean", score}}};
  };
  EXPECT_EQ(score_json({with_constant(2)})[0]["num_constant_pixels"], 2);
  EXPECT_NE(score_text({with_constant(0), with_constant(2)}).find("leave out 0 to 2 of 5 pixels"),
            std::string::npos);
  EXPECT_EQ(score_text({with_constant(0)}).find("leave out"), std::string::npos);
}

TEST(ScoreRows, LeaveOutTheSequencesBeyondTheData) {
  const ScoreRow row = row_of(MissingObservation::kDropped);
  EXPECT_EQ(row.model->num_sequences, 3);
  EXPECT_NEAR(row.model->all.average_nnse, 2.0 / 3, 1e-9);  // o = 1 2 3: V = 2, D = 1
  EXPECT_NEAR(row.model->all.mse, 1.0 / 3, 1e-9);
}

TEST(ScoreRows, TakeTheForecastForAnObservationThatIsNotThereWithZeroError) {
  const ScoreRow row = row_of(MissingObservation::kZeroError);
  EXPECT_EQ(row.model->num_sequences, 4);
  EXPECT_NEAR(row.model->all.average_nnse, 14.0 / 15, 1e-9);  // o = 1 2 3 6: V = 14, D = 1
  EXPECT_NEAR(row.model->all.mse, 1.0 / 4, 1e-9);
}

TEST(ScoreRows, GiveEachBaselineItsOwnForecastAsTheMissingObservation) {
  // persistence forecasts 1 1 1 2; o = 1 2 3 2: V = 18 - 64/4 = 2, D = 1 + 4 = 5.
  EXPECT_NEAR(baseline(row_of(MissingObservation::kZeroError), "persistence").all.average_nnse,
              2.0 / 7, 1e-6);
}

}  // namespace
}  // namespace sciwright::earthquake
