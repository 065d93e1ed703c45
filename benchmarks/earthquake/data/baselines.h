#pragma once

#include <vector>

#include "earthquake/data/least_squares.h"
#include "earthquake/data/pixel_history.h"
#include "earthquake/data/protocol.h"

namespace sciwright::earthquake {

/// What a simple forecast works on. The references must outlive the task. With an axis of one
/// fortnight more than the history, the last sequence forecasts what nobody has observed yet.
struct BaselineTask {
  const PixelHistory& history;
  const Protocol& protocol;
  std::vector<int> fit_pixels = {};  ///< Rows of the history that regressions fit; empty means all.
  int num_threads = 1;
};

/// Forecasts of one parameter for every pixel and sequence, [pixels, axis.num_sequences()]. They
/// use the inputs up to the sequence's last one, and of the fit period whatever is fitted there.
using Forecast = PixelSeries<float>;

/// Expanding pixel mean: the mean of the parameter's window over all fortnights known so far, from
/// fortnight 25 on.
Forecast climatology(const BaselineTask& task, const PredictionParameter& parameter);

/// The last known value of the same window.
Forecast persistence(const BaselineTask& task, const PredictionParameter& parameter);

/// The fortnights of the target that are known, and an empty fortnight for each unknown one.
Forecast overlap_floor(const BaselineTask& task, const PredictionParameter& parameter);

/// The same with the energy 10^{1.5 · the pixel's mean of m_2wk over the fit period} for each
/// unknown fortnight.
Forecast overlap_mean(const BaselineTask& task, const PredictionParameter& parameter);

/// One pooled least-squares fit per parameter with 12 coefficients: intercept; the windows of 1, 2,
/// 4, 7, 13, 26 fortnights now; the pixel's means of the windows of 1, 7, 13, 26 over the
/// fortnights in which the fit's targets end; the overlap_floor forecast (all there is when the fit
/// period is too short for a single target).
struct Autoregression {
  PredictionParameter parameter;
  PixelSeries<double> means;  ///< [pixels, 4]
  LinearModel linear;         ///< 11 coefficients in the order above.
};

inline constexpr int kAutoregressionColumns = 6 + kTargetsPerStep + 1;

Autoregression fit_autoregression(const BaselineTask& task, const PredictionParameter& parameter);
/// Its forecasts, for the pixels it was fitted with.
Forecast autoregression_forecast(const BaselineTask& task, const Autoregression& model);
/// Both in one.
Forecast linear_autoregression(const BaselineTask& task, const PredictionParameter& parameter);

/// One pooled least-squares fit per parameter on the nine log_rates of the history; overlap_floor
/// when the fit period is too short for a single target.
Forecast ema_nowcast(const BaselineTask& task, const PredictionParameter& parameter);

/// The pixel's mean over the targets of the fit period, for ever: spec 6.3's "climatology".
Forecast training_mean(const BaselineTask& task, const PredictionParameter& parameter);

/// A baseline by the name it has in results.
struct Baseline {
  const char* name;
  Forecast (*forecast)(const BaselineTask&, const PredictionParameter&);
};

/// All of them, in the order tables show them.
const std::vector<Baseline>& baselines();

}  // namespace sciwright::earthquake
