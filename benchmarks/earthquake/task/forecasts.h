#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/benchmark.h"
#include "earthquake/data/dataset.h"

namespace sciwright::earthquake {

/// What a model forecast: one series per parameter, [pixels, sequences] in magnitudes.
struct ModelForecasts {
  std::vector<PredictionParameter> parameters;
  std::vector<Forecast> forecasts;
  /// TFT only: all 104 predictions at index (step - 1) * 4 + target; empty otherwise.
  std::vector<Forecast> decoder = {};
  bench::Json facts = bench::Json::object();  ///< Weights, epochs, best epoch, samples per second.
  Problems invalid_because = {};
};

// Each trains its model, or continues to, and forecasts every sequence. Nothing when the run was
// asked to stop; after the training, resuming forecasts again without training.
std::optional<ModelForecasts> forecast_with_tft(bench::RunContext& context,
                                                const Settings& settings, const Dataset& dataset);
std::optional<ModelForecasts> forecast_with_lstm(bench::RunContext& context,
                                                 const Settings& settings, const Dataset& dataset);
std::optional<ModelForecasts> forecast_with_hybrid(bench::RunContext& context,
                                                   const Settings& settings,
                                                   const Dataset& dataset);

/// Fits the nowcast model, writes model/model.npz and forecasts every sequence.
ModelForecasts forecast_with_nowcast(bench::RunContext& context, const Settings& settings,
                                     const Dataset& dataset);
/// No forecasts, but the records a log has to have; eval_error is that of overlap_mean.
ModelForecasts record_baselines(bench::RunContext& context, const Dataset& dataset);

/// Layers, weights and FLOPs of the network of these settings.
std::string tft_summary(const Settings& settings);
std::string lstm_summary(const Settings& settings);
std::string hybrid_summary(const Settings& settings);

}  // namespace sciwright::earthquake
