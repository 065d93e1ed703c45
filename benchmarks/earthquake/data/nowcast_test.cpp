#include "earthquake/data/nowcast.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "earthquake/data/daily_bins.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/nowcast_features.h"

namespace sciwright::earthquake {
namespace {

constexpr int kNum = 500;

PredictionParameter parameter(int window, int step) {
  return {.name = "test", .log_name = "test", .window = window, .step = step};
}

/// Standard normal features, whatever the energies are.
FeatureTensor random_features(int num_pixels) {
  FeatureTensor tensor{.num_pixels = num_pixels,
                       .num_times = kNum - kDroppedFortnights,
                       .num_columns = kNumNowcastFeatures};
  RandomStream random(4);
  tensor.values.resize(static_cast<std::size_t>(num_pixels * tensor.num_times) *
                       kNumNowcastFeatures);
  for (float& value : tensor.values) value = static_cast<float>(random.normal());
  return tensor;
}

/// A world of some pixels and its features.
struct World {
  Protocol protocol = make_protocol(ProtocolKind::kCompat, kNum);
  FeatureTensor features;
  PixelHistory history;
  PixelSeries<double> means;
  BaselineTask data{.history = history, .protocol = protocol};
  NowcastTask task{data, features, means};

  /// A pixel's next m(B:1) is its mean so far and `excess(pixel, features now)`.
  World(int num_pixels, const std::function<double(int, std::span<const float>)>& excess)
      : features(random_features(num_pixels)) {
    Fortnights fortnights{.energy = {kGridPixels, kNum, 14.0},
                          .depth_km = {kGridPixels, kNum},
                          .num_events = {kGridPixels, kNum},
                          .num_large = {kGridPixels, kNum}};
    std::vector<int> locs;
    for (int pixel = 0; pixel < num_pixels; ++pixel) {
      locs.push_back(pixel);
      double sum = magnitude_of_energy(14);
      for (int k = kDroppedFortnights + 1; k < kNum; ++k) {
        const int known = k - kDroppedFortnights;
        const double next = sum / known + excess(pixel, features.at(pixel, known - 1));
        fortnights.energy.at(pixel, k) = energy_of_magnitude(next);
        sum += next;
      }
    }
    history = pixel_history(fortnights, locs, scored_parameters(), 1);
    means = target_window_means(history, kNum);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
};

double two_features(int, std::span<const float> row) { return 0.3 * row[2] - 0.1 * row[20]; }

TEST(Nowcast, FindsTheCoefficientsOfTheData) {
  const World world(4, two_features);
  const NowcastModel model = fit_nowcast(world.task, parameter(1, 1));
  EXPECT_NEAR(model.linear.coefficients(2), 0.3, 3e-3);
  EXPECT_NEAR(model.linear.coefficients(20), -0.1, 3e-3);
  EXPECT_NEAR(model.linear.coefficients(5), 0, 3e-3);
  EXPECT_EQ(model.num_rows, 4 * (kNum - 51));
}

TEST(Nowcast, ForecastsWhatItsDataFollow) {
  const World world(4, two_features);
  const Forecast forecast = nowcast_forecast(world.task, fit_nowcast(world.task, parameter(1, 1)));
  ASSERT_EQ(forecast.num_pixels, 4);
  ASSERT_EQ(forecast.num_times, kNum - 51);
  for (int s = 0; s < forecast.num_times; s += 50) {
    EXPECT_NEAR(forecast.at(2, s), world.history.magnitude(1).at(2, 51 + s), 0.02) << s;
  }
}

TEST(Nowcast, CountsARestlessPixelLess) {
  const World world(2, [](int pixel, std::span<const float> row) {
    return pixel == 0 ? 0.3 * row[2] : -1.5 * row[2];
  });
  // Unweighted the coefficient would be -0.6, by the inverse variance about 0.1.
  EXPECT_GT(fit_nowcast(world.task, parameter(1, 1)).linear.coefficients(2), 0);
}

TEST(Nowcast, FitsThePixelsItIsAllowedTo) {
  World world(2, [](int pixel, std::span<const float> row) {
    return pixel == 0 ? 0.3 * row[2] : -0.3 * row[2];
  });
  world.data.fit_pixels = {1};
  EXPECT_NEAR(fit_nowcast(world.task, parameter(1, 1)).linear.coefficients(2), -0.3, 6e-3);
}

TEST(Nowcast, DoesNotDependOnTheNumberOfThreads) {
  World world(5, two_features);
  const NowcastModel one = fit_nowcast(world.task, parameter(13, 7));
  const Forecast forecast = nowcast_forecast(world.task, one);
  world.data.num_threads = 2;
  const NowcastModel two = fit_nowcast(world.task, parameter(13, 7));
  EXPECT_EQ(one.linear.coefficients, two.linear.coefficients);
  EXPECT_EQ(forecast.values, nowcast_forecast(world.task, two).values);
}

TEST(Nowcast, KnowsLevelsOnlyWhereFitAndScoreShareTheirTime) {
  World world(2, two_features);
  EXPECT_EQ(fit_nowcast(world.task, parameter(1, 1)).columns.size(), 47U);
  EXPECT_EQ(fit_nowcast(world.task, parameter(26, 7)).columns.size(), 60U);
  world.protocol.kind = ProtocolKind::kHonest;
  EXPECT_EQ(fit_nowcast(world.task, parameter(1, 1)).columns, nowcast_feature_names());
  EXPECT_EQ(fit_nowcast(world.task, parameter(26, 7)).columns.size(), 45U);
}

TEST(Nowcast, HasACoefficientForEachColumn) {
  const World world(2, two_features);
  for (const PredictionParameter& each : scored_parameters()) {
    const NowcastModel model = fit_nowcast(world.task, each);
    EXPECT_EQ(std::ssize(model.columns), model.linear.coefficients.size()) << each.name;
    EXPECT_TRUE(model.linear.coefficients.allFinite()) << each.name;
  }
}

TEST(Nowcast, WithNothingToLearnFromIsTheKnownEnergyAndTheMean) {
  World world(2, two_features);
  world.protocol.fit.end = 40;
  const NowcastModel model = fit_nowcast(world.task, parameter(13, 7));
  EXPECT_EQ(model.num_rows, 0);
  double mean = 0;  // Of the windows of 7 fortnights that end in 25 … 60.
  for (int k = 25; k <= 60; ++k) mean += world.history.magnitude(7).at(1, k) / 36;
  double energy = energy_of_magnitude(mean);
  for (int k = 55; k <= 60; ++k) energy += world.history.energy.at(1, k);
  EXPECT_NEAR(nowcast_forecast(world.task, model).at(1, 10), magnitude_of_energy(energy), 1e-5);
}

TEST(Nowcast, RefusesWindowsBeyondAYear) {
  const World world(2, two_features);
  EXPECT_THROW(fit_nowcast(world.task, parameter(52, 26)), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
