#include "earthquake/data/score_table.h"

#include <gtest/gtest.h>

#include "earthquake/data/test_dataset.h"
#include "io/csv.h"

namespace sciwright::earthquake {
namespace {

std::string table(const Dataset& d, const std::vector<PredictionParameter>& parameters,
                  const std::vector<Forecast>& forecasts, int num_threads = 1) {
  const BaselineTask task = d.baseline_task(num_threads);
  return score_table_csv({.task = task,
                          .split = d.split,
                          .scales = d.scales,
                          .forecasts = forecasts,
                          .parameters = parameters});
}

std::vector<Forecast> persistences(const Dataset& d,
                                   const std::vector<PredictionParameter>& parameters) {
  std::vector<Forecast> out;
  for (const PredictionParameter& parameter : parameters) {
    out.push_back(persistence(d.baseline_task(1), parameter));
  }
  return out;
}

TEST(ScoreTable, HoldsTheScoresOfEveryParameter) {
  const Dataset d = test_dataset();
  const auto forecasts = persistences(d, decoder_parameters());
  const std::string text = table(d, decoder_parameters(), forecasts);
  const PredictionParameter& next = decoder_parameters()[0];
  const ForecastScore expected = score_forecast<float>(
      {.magnitudes = d.history.magnitude(1),
       .axis = d.protocol.axis,
       .sequences = sequences_for(d.protocol.scored[0], d.protocol.axis, next),
       .is_validation = d.split.is_validation,
       .scale = d.scales[4]},
      next, forecasts[0].values);

  io::CsvReader rows(text);
  rows.next();
  rows.use_as_header();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.text(rows.column("parameter")), "Next 2 weeks Now");
  EXPECT_EQ(rows.text(rows.column("log_name")), "Next Magnitude 2 weeks Now");
  EXPECT_NEAR(rows.number(rows.column("average_nnse_val")), expected.validation.average_nnse, 1e-7);
  EXPECT_NEAR(rows.number(rows.column("normalised_mse_full_train")),
              expected.training.normalised_mse, 1e-7);
  EXPECT_NEAR(rows.number(rows.column("relative_summed_error_all")),
              expected.all.relative_summed_error, 1e-6);
  int num_rows = 1;
  while (rows.next()) ++num_rows;
  EXPECT_EQ(num_rows, 104);
}

TEST(ScoreTable, LeavesEmptyWhatCannotBeComputed) {
  const Dataset d = test_dataset();
  const std::vector<PredictionParameter> one = {scored_parameters()[3]};
  const std::string text = table(d, one, persistences(d, one));
  io::CsvReader rows(text);
  rows.next();
  rows.use_as_header();
  ASSERT_TRUE(rows.next());
  // All sequences of this short axis lie before 1989.
  EXPECT_EQ(rows.text(rows.column("normalised_mse_end_all")), "");
  EXPECT_EQ(rows.text(rows.column("shared")), "25");
}

TEST(ScoreTable, IsTheSameOnAnyNumberOfThreads) {
  const Dataset d = test_dataset();
  const auto forecasts = persistences(d, scored_parameters());
  EXPECT_EQ(table(d, scored_parameters(), forecasts, 1),
            table(d, scored_parameters(), forecasts, 3));
}

}  // namespace
}  // namespace sciwright::earthquake
