#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "earthquake/data/baselines.h"
#include "earthquake/data/least_squares.h"
#include "earthquake/data/sequence_features.h"

namespace sciwright::earthquake {

/// What the nowcast model works on. The references must outlive the task.
struct NowcastTask {
  const BaselineTask& data;          ///< History, protocol, pixels to fit (empty: all), threads.
  const FeatureTensor& features;     ///< nowcast_features() of the history's pixels.
  const PixelSeries<double>& means;  ///< target_window_means() of them over the fit period.
};

/// The model of one parameter, a ridge regression. Its forecast is base + intercept + coefficients
/// · columns: the base is the magnitude of the known fortnights' energy and, for the unknown ones,
/// of the pixel's mean so far; the columns are the features and what follows from the known energy.
struct NowcastModel {
  PredictionParameter parameter;
  std::vector<std::string> columns;  ///< Names, one per coefficient.
  double penalty = 0;                ///< Of the ridge regression.
  std::int64_t num_rows = 0;         ///< Sequences of all pixels it was fitted on.
  LinearModel linear;
};

/// Fits one parameter on the sequences of the protocol's fit period. Every pixel counts with the
/// inverse of its targets' variance (plus a tenth of the mean variance), as the average NNSE counts
/// it. Protocols that fit and score the same times (compat) also get the pixels' mean levels as
/// columns; elsewhere these would be outdated. The result does not depend on the number of threads.
/// Throws a failure for windows of more than 26 fortnights.
NowcastModel fit_nowcast(const NowcastTask& task, const PredictionParameter& parameter);

/// Its forecasts of every pixel and sequence, from the inputs up to the sequence's last one.
Forecast nowcast_forecast(const NowcastTask& task, const NowcastModel& model);

/// The columns of a parameter's model, in the order of its coefficients.
std::vector<std::string> nowcast_columns(ProtocolKind protocol,
                                         const PredictionParameter& parameter);

}  // namespace sciwright::earthquake
