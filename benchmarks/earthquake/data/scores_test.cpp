#include "earthquake/data/scores.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::earthquake {
namespace {

// 25 dropped fortnights, one encoder step: sequence s aims at fortnight 26 + s with step 1.
constexpr int kFirstTarget = 26;
const PredictionParameter kNext{.name = "Next", .log_name = "Next", .window = 1, .step = 1};

/// Magnitudes whose targets of step 1 are the given rows.
PixelSeries<double> observed(const std::vector<std::vector<double>>& rows) {
  const int num_times = kFirstTarget + static_cast<int>(rows[0].size());
  PixelSeries<double> series(static_cast<int>(rows.size()), num_times, 99.0);
  for (std::size_t p = 0; p < rows.size(); ++p) {
    std::copy(rows[p].begin(), rows[p].end(),
              series.row(static_cast<int>(p)).begin() + kFirstTarget);
  }
  return series;
}

ScoreTask task_for(const PixelSeries<double>& magnitudes, int num_sequences) {
  return {.magnitudes = magnitudes,
          .axis = {.num_fortnights = kFirstTarget + num_sequences, .encoder_steps = 1},
          .sequences = {.begin = 0, .end = num_sequences},
          .scale = {.min = 0, .max = 10}};
}

ForecastScore score(const ScoreTask& task, const std::vector<double>& forecast) {
  return score_forecast<double>(task, kNext, forecast);
}

TEST(Scores, AreOneForAPerfectForecast) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}, {4, 4, 5}});
  const ForecastScore result = score(task_for(magnitudes, 3), {1, 2, 3, 4, 4, 5});
  EXPECT_EQ(result.num_sequences, 3);
  EXPECT_DOUBLE_EQ(result.all.average_nnse, 1);
  EXPECT_DOUBLE_EQ(result.all.summed_nnse, 1);
  EXPECT_DOUBLE_EQ(result.all.average_nse, 1);
  EXPECT_EQ(result.all.mse, 0);
}

TEST(Scores, AreOneHalfForThePixelMean) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}, {4, 4, 7}});
  const ForecastScore result = score(task_for(magnitudes, 3), {2, 2, 2, 5, 5, 5});
  EXPECT_NEAR(result.all.average_nnse, 0.5, 1e-12);
  EXPECT_NEAR(result.all.summed_nnse, 0.5, 1e-12);
  EXPECT_NEAR(result.all.average_nse, 0, 1e-12);
}

TEST(Scores, NnseIsOneOverTwoMinusNse) {
  const PixelSeries<double> magnitudes = observed({{1, 2.5, 3, 0.5}});
  const ForecastScore result = score(task_for(magnitudes, 4), {1.2, 2, 2.9, 1});
  EXPECT_NEAR(result.all.average_nnse, 1 / (2 - result.all.average_nse), 1e-12);
  EXPECT_NEAR(result.all.summed_nnse, 1 / (2 - result.all.summed_nse), 1e-12);
}

TEST(Scores, NnseDoesNotFeelAnAffineMap) {
  const PixelSeries<double> magnitudes = observed({{1, 2.5, 3}});
  const PixelSeries<double> mapped = observed({{0.3 + 0.2, 0.3 + 0.5, 0.3 + 0.6}});
  const double plain = score(task_for(magnitudes, 3), {1.5, 2, 3}).all.average_nnse;
  EXPECT_NEAR(score(task_for(mapped, 3), {0.6, 0.7, 0.9}).all.average_nnse, plain, 1e-12);
}

TEST(Scores, AverageOverPixelsAndSumOverThem) {
  // Pixel 0: V = 2, D = 1. Pixel 1: V = 8, D = 0. Sum: o = 3 6 9, f = 4 6 9: V = 18, D = 1.
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}, {2, 4, 6}});
  const ForecastScore result = score(task_for(magnitudes, 3), {2, 2, 3, 2, 4, 6});
  EXPECT_NEAR(result.all.average_nnse, (2.0 / 3 + 1) / 2, 1e-12);
  EXPECT_NEAR(result.all.average_nse, (0.5 + 1) / 2, 1e-12);
  EXPECT_NEAR(result.all.summed_nnse, 18.0 / 19, 1e-12);
  EXPECT_NEAR(result.all.mse, 1.0 / 6, 1e-12);
  EXPECT_NEAR(result.all.mae, 1.0 / 6, 1e-12);
  EXPECT_NEAR(result.all.normalised_mse, 1.0 / 600, 1e-12);
  EXPECT_NEAR(result.all.relative_rms_error, std::sqrt(1.0 / 70), 1e-12);
  EXPECT_NEAR(result.all.relative_error, 1.0 / 18, 1e-12);
  EXPECT_NEAR(result.all.relative_summed_error, 1.0 / 18, 1e-12);
}

TEST(Scores, TellTrainingFromValidationPixels) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}, {2, 4, 6}});
  ScoreTask task = task_for(magnitudes, 3);
  task.is_validation = {0, 1};
  const ForecastScore result = score(task, {2, 2, 3, 2, 4, 6});
  EXPECT_NEAR(result.training.average_nnse, 2.0 / 3, 1e-12);
  EXPECT_NEAR(result.training.summed_nnse, 2.0 / 3, 1e-12);
  EXPECT_NEAR(result.validation.average_nnse, 1, 1e-12);
  EXPECT_EQ(result.all.num_pixels, 2);
  EXPECT_EQ(result.validation.num_pixels, 1);
}

TEST(Scores, LeaveAConstantPixelOutOfTheAverageAndSaySo) {
  const PixelSeries<double> magnitudes = observed({{0.764, 0.764, 0.764}, {2, 4, 6}});
  const ForecastScore result = score(task_for(magnitudes, 3), {1, 1, 1, 2, 4, 6});
  EXPECT_EQ(result.all.num_constant_pixels, 1);
  EXPECT_NEAR(result.all.average_nnse, 1, 1e-12);
}

TEST(Scores, OfAGroupWithoutPixelsAreNotNumbers) {
  const PixelSeries<double> magnitudes = observed({{1, 2}});
  const ForecastScore result = score(task_for(magnitudes, 2), {1, 2});
  EXPECT_TRUE(std::isnan(result.validation.average_nnse));
  EXPECT_TRUE(std::isnan(result.validation.mse));
}

TEST(Scores, DropSequencesWithoutAnObservation) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}});
  const ForecastScore result = score(task_for(magnitudes, 5), {1, 2, 4, 7, 7});
  EXPECT_EQ(result.num_sequences, 3);
  EXPECT_NEAR(result.all.average_nnse, 2.0 / 3, 1e-12);
  EXPECT_NEAR(result.all.mse, 1.0 / 3, 1e-12);
}

TEST(Scores, CountThemAsWithoutErrorWhenAskedTo) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}});
  ScoreTask task = task_for(magnitudes, 4);
  task.missing = MissingObservation::kZeroError;
  const ForecastScore result = score(task, {1, 2, 4, 6});
  EXPECT_EQ(result.num_sequences, 4);
  EXPECT_NEAR(result.all.average_nnse, 14.0 / 15, 1e-12);  // o = 1 2 3 6: V = 14, D = 1
  EXPECT_NEAR(result.all.mse, 1.0 / 4, 1e-12);
}

TEST(Scores, TellStartFromEnd) {
  const SequenceAxis axis;
  PixelSeries<double> magnitudes(1, axis.num_fortnights, 1.0);
  magnitudes.at(0, 1100) = 2;
  std::vector<double> forecast(static_cast<std::size_t>(axis.num_sequences()), 1.0);
  forecast[964] = 3;
  const ScoreTask task{.magnitudes = magnitudes,
                       .axis = axis,
                       .sequences = {.begin = 0, .end = axis.num_sequences()},
                       .scale = {.min = 0, .max = 1}};
  const ForecastScore result = score(task, forecast);
  EXPECT_NEAR(result.all.normalised_mse_start, 4.0 / 965, 1e-12);
  EXPECT_NEAR(result.all.normalised_mse_end, 1.0 / (1775 - 965), 1e-12);
  EXPECT_NEAR(result.all.normalised_mse, 5.0 / 1775, 1e-12);
}

TEST(Scores, SeeOnlyTheSequencesAskedFor) {
  const PixelSeries<double> magnitudes = observed({{9, 1, 2, 3, 9}});
  ScoreTask task = task_for(magnitudes, 5);
  task.sequences = {.begin = 1, .end = 4};
  EXPECT_NEAR(score(task, {0, 2, 2, 2, 0}).all.average_nnse, 0.5, 1e-12);
}

TEST(Scores, TakeFloatsAndDoublesAlike) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}});
  const std::vector<float> forecast = {1.5F, 2.0F, 2.5F};
  EXPECT_EQ(score_forecast<float>(task_for(magnitudes, 3), kNext, forecast).all.average_nnse,
            score(task_for(magnitudes, 3), {1.5, 2.0, 2.5}).all.average_nnse);
}

TEST(Scores, RejectAForecastOfAnotherShape) {
  const PixelSeries<double> magnitudes = observed({{1, 2, 3}});
  EXPECT_THROW(score(task_for(magnitudes, 3), {1, 2}), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
