#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/benchmark.h"
#include "earthquake/data/forecast_data.h"

namespace sciwright::earthquake {

/// A finished run's model, ready to forecast the last sequence of the data it was loaded for.
struct LoadedModel {
  std::string name;  ///< What forecasts: the model, or linear_autoregression for `baselines`.
  std::vector<PredictionParameter> parameters;
  /// One per parameter; the last sequence is the forecast. None when the run was asked to stop.
  std::function<std::vector<Forecast>(bench::RunContext&)> forecast;
};

// Each reads the weights of its kind of model; the data must outlive the result. Throws a usage
// error that names the file and what does not fit.
LoadedModel load_tft(const std::filesystem::path& path, const Settings& settings,
                     const ForecastData& data, int num_threads);
LoadedModel load_lstm(const std::filesystem::path& path, const Settings& settings,
                      const ForecastData& data, int num_threads);
LoadedModel load_hybrid(const std::filesystem::path& path, const Settings& settings,
                        const ForecastData& data, int num_threads);
LoadedModel load_nowcast(const std::filesystem::path& path, const Settings& settings,
                         const ForecastData& data, int num_threads);
/// The linear autoregression.
LoadedModel load_baselines(const std::filesystem::path& path, const Settings& settings,
                           const ForecastData& data, int num_threads);

}  // namespace sciwright::earthquake
