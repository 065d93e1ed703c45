#include "earthquake/data/prediction_maps.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "earthquake/data/protocol.h"
#include "earthquake/data/test_dataset.h"

namespace sciwright::earthquake {
namespace {

/// Forecasts that are the observations, less a tenth.
Predictions near_misses(const PredictionParameter& parameter) {
  Predictions p = predictions_of(test_dataset(), {parameter});
  p.forecasts = p.observations;
  for (float& value : p.forecasts.front().values) value -= 0.1F;
  return p;
}

TEST(PredictionMaps, TellMeansAndSkillOfEachPixel) {
  const Predictions p = near_misses(scored_parameters().front());
  const PredictionMaps maps = prediction_maps(p);

  EXPECT_EQ(maps.locs, p.locs);
  EXPECT_EQ(maps.period, "all");
  ASSERT_EQ(maps.maps.size(), 1U);
  const PredictionMap& map = maps.maps.front();
  EXPECT_EQ(map.parameter, p.parameters.front().name);
  ASSERT_EQ(map.nnse.size(), p.locs.size());
  for (std::size_t i = 0; i < p.locs.size(); ++i) {
    EXPECT_NEAR(map.mean_observation[i] - map.mean_forecast[i], 0.1, 1e-5);
  }
}

TEST(PredictionMaps, ScoreAsTheDefinitionSays) {
  const Predictions p = near_misses(scored_parameters().front());
  const PredictionMap map = prediction_maps(p).maps.front();
  const std::span<const float> observed = p.observations.front().row(0);
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const float value : observed) {
    if (std::isnan(value)) continue;
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
    ++count;
  }
  const double variance_sum = squares - sum * sum / count;
  EXPECT_NEAR(map.nnse.front(), variance_sum / (variance_sum + 0.01 * count), 1e-5);
}

TEST(PredictionMaps, ANameOfNoProtocolIsAnError) {
  Predictions p = near_misses(scored_parameters().front());
  p.protocol = "other";
  EXPECT_THROW(prediction_maps(p), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
