#include "earthquake/data/baselines.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "earthquake/data/daily_bins.h"
#include "earthquake/data/grid.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

constexpr int kNum = 120;

/// Random energies in 3 pixels.
const Fortnights& random_fortnights() {
  static const Fortnights kData = [] {
    Fortnights data{.energy = {kGridPixels, kNum, 14.0},
                    .depth_km = {kGridPixels, kNum},
                    .num_events = {kGridPixels, kNum},
                    .num_large = {kGridPixels, kNum}};
    RandomStream random(3);
    for (int loc = 0; loc < 3; ++loc) {
      for (int k = 0; k < kNum; ++k) {
        data.energy.at(loc, k) += std::pow(10, random.uniform(0, 6));
        data.num_large.at(loc, k) = static_cast<std::int32_t>(random.poisson(0.5));
      }
    }
    return data;
  }();
  return kData;
}

struct Bench {
  Protocol protocol = make_protocol(ProtocolKind::kCompat, kNum);
  PixelHistory history = pixel_history(random_fortnights(), {0, 1, 2}, ahead_parameters(), 1);
  BaselineTask task{.history = history, .protocol = protocol};
};

PredictionParameter parameter(int window, int step) {
  return {.name = "test", .log_name = "test", .window = window, .step = step};
}

double magnitude_back(int pixel, int window, int fortnight) {
  double sum = 0;
  for (int j = 0; j < window; ++j) sum += random_fortnights().energy.at(pixel, fortnight - j);
  return magnitude_of_energy(sum);
}

TEST(Baselines, HaveOneForecastPerPixelAndSequence) {
  const Bench bench;
  for (const Baseline& baseline : baselines()) {
    for (const PredictionParameter& each : scored_parameters()) {
      const Forecast forecast = baseline.forecast(bench.task, each);
      EXPECT_EQ(forecast.num_pixels, 3) << baseline.name;
      EXPECT_EQ(forecast.num_times, kNum - 51) << baseline.name;
      for (const float value : forecast.values) ASSERT_TRUE(std::isfinite(value)) << baseline.name;
    }
  }
}

TEST(Baselines, PersistenceIsTheLastKnownWindow) {
  const Bench bench;
  const Forecast forecast = persistence(bench.task, parameter(7, 13));
  EXPECT_FLOAT_EQ(forecast.at(1, 0), static_cast<float>(magnitude_back(1, 7, 50)));
  EXPECT_FLOAT_EQ(forecast.at(1, 20), static_cast<float>(magnitude_back(1, 7, 70)));
}

TEST(Baselines, ClimatologyIsTheMeanOfWhatIsKnown) {
  const Bench bench;
  const Forecast forecast = climatology(bench.task, parameter(7, 1));
  double sum = 0;
  for (int k = 25; k <= 60; ++k) sum += magnitude_back(2, 7, k);
  EXPECT_FLOAT_EQ(forecast.at(2, 10), static_cast<float>(sum / 36));
}

TEST(Baselines, TrainingMeanIsTheMeanOfTheFitsTargets) {
  const Bench bench;
  double sum = 0;
  for (int k = 53; k < kNum; ++k) sum += magnitude_back(2, 7, k);
  const Forecast forecast = training_mean(bench.task, parameter(7, 3));
  EXPECT_FLOAT_EQ(forecast.at(2, 0), static_cast<float>(sum / (kNum - 53)));
  EXPECT_EQ(forecast.at(2, 0), forecast.at(2, 60));
}

TEST(Baselines, OverlapFloorAddsEmptyFortnightsToTheKnownOnes) {
  const Bench bench;
  double known = 0;
  for (int j = 0; j < 6; ++j) known += random_fortnights().energy.at(0, 55 - j);
  EXPECT_FLOAT_EQ(overlap_floor(bench.task, parameter(13, 7)).at(0, 5),
                  static_cast<float>(magnitude_of_energy(known + 7 * 14)));
}

TEST(Baselines, OverlapFloorIsAnEmptyWindowWithoutOverlap) {
  const Bench bench;
  EXPECT_FLOAT_EQ(overlap_floor(bench.task, parameter(7, 13)).at(0, 5),
                  static_cast<float>(empty_magnitude(7)));
}

TEST(Baselines, OverlapMeanPutsThePixelsMeanIntoUnknownFortnights) {
  const Bench bench;
  double mean = 0;
  for (int k = 25; k < kNum; ++k) mean += magnitude_back(0, 1, k) / (kNum - 25);
  const double known = random_fortnights().energy.at(0, 55);
  EXPECT_FLOAT_EQ(overlap_mean(bench.task, parameter(4, 3)).at(0, 5),
                  static_cast<float>(magnitude_of_energy(known + 3 * energy_of_magnitude(mean))));
}

TEST(Baselines, LinearAutoregressionLeavesNothingLinearBehind) {
  // The residuals of a least-squares fit are orthogonal to every regressor.
  const Bench bench;
  const PredictionParameter target = parameter(13, 7);
  const Forecast forecast = linear_autoregression(bench.task, target);
  const Forecast floor = overlap_floor(bench.task, target);
  const SequenceAxis& axis = bench.protocol.axis;
  double sum = 0;
  double with_two_months = 0;
  double with_floor = 0;
  for (int pixel = 0; pixel < 3; ++pixel) {
    for (int s = 0; axis.target_end(s, target) < kNum; ++s) {
      const double residual = magnitude_back(pixel, 13, axis.target_end(s, target)) -
                              static_cast<double>(forecast.at(pixel, s));
      sum += residual;
      with_two_months += residual * magnitude_back(pixel, 4, axis.last_input(s));
      with_floor += residual * static_cast<double>(floor.at(pixel, s));
    }
  }
  EXPECT_NEAR(sum, 0, 1e-4);
  EXPECT_NEAR(with_two_months, 0, 1e-3);
  EXPECT_NEAR(with_floor, 0, 1e-3);
}

TEST(Baselines, RegressionsDoNotDependOnThreads) {
  Bench bench;
  const Forecast one = linear_autoregression(bench.task, parameter(7, 1));
  bench.task.num_threads = 3;
  EXPECT_EQ(linear_autoregression(bench.task, parameter(7, 1)).values, one.values);
}

TEST(Baselines, RegressionsSeeTheFitPixelsOnly) {
  Bench bench;
  bench.task.fit_pixels = {0, 1};
  const Forecast before = ema_nowcast(bench.task, parameter(1, 1));
  for (int k = 0; k < kNum; ++k) bench.history.magnitudes.at(1).at(2, k) += 3;  // Another target.
  EXPECT_EQ(ema_nowcast(bench.task, parameter(1, 1)).values, before.values);
  bench.task.fit_pixels = {};
  EXPECT_NE(ema_nowcast(bench.task, parameter(1, 1)).values, before.values);
}

TEST(Baselines, ForecastsDoNotSeeTheFuture) {
  Fortnights changed = random_fortnights();
  for (int k = 100; k < kNum; ++k) {
    changed.energy.at(1, k) *= 50;
    changed.num_large.at(1, k) += 4;
  }
  Bench bench;
  bench.protocol.fit.end = 90;
  const PixelHistory other = pixel_history(changed, {0, 1, 2}, ahead_parameters(), 1);
  const BaselineTask other_task{.history = other, .protocol = bench.protocol};
  for (const Baseline& baseline : baselines()) {
    const Forecast before = baseline.forecast(bench.task, parameter(26, 7));
    const Forecast after = baseline.forecast(other_task, parameter(26, 7));
    for (int s = 0; bench.protocol.axis.last_input(s) < 100; ++s) {
      ASSERT_EQ(before.at(1, s), after.at(1, s)) << baseline.name << " " << s;
    }
  }
}

TEST(Baselines, ForecastFromTheNewestFortnightWithALongerAxis) {
  const Bench bench;
  Bench longer;
  longer.protocol = make_protocol(ProtocolKind::kCompat, kNum + 1);
  for (const Baseline& baseline : baselines()) {
    const Forecast known = baseline.forecast(bench.task, parameter(13, 7));
    const Forecast more = baseline.forecast(longer.task, parameter(13, 7));
    ASSERT_EQ(more.num_times, known.num_times + 1) << baseline.name;
    EXPECT_EQ(more.at(1, 30), known.at(1, 30)) << baseline.name;
    EXPECT_TRUE(std::isfinite(more.at(1, known.num_times))) << baseline.name;
  }
}

TEST(Baselines, ServeTheWindowsAheadToo) {
  const Bench bench;
  for (const Baseline& baseline : baselines()) {
    const Forecast forecast = baseline.forecast(bench.task, ahead_parameters()[7]);
    for (const float value : forecast.values) ASSERT_TRUE(std::isfinite(value)) << baseline.name;
  }
}

}  // namespace
}  // namespace sciwright::earthquake
