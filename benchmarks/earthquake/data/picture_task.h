#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "earthquake/data/dataset.h"
#include "earthquake/data/score_rows.h"

namespace sciwright::earthquake {

/// The losses of one epoch.
struct EpochLoss {
  int epoch = 0;  ///< From 1.
  double train = 0;
  std::optional<double> validation = {};
};

/// The losses in a run's history.csv; none when there is no such file. Throws a usage error that
/// names file and line where it is no history.
std::vector<EpochLoss> read_epoch_losses(const std::filesystem::path& history);

/// What the pictures of a run show. The references must outlive the task.
struct PictureTask {
  const Dataset& dataset;
  std::string forecast_name;  ///< "tft", or the baseline whose forecasts are shown.
  const std::vector<PredictionParameter>& parameters;
  const std::vector<Forecast>& forecasts;  ///< One [pixels, sequences] per parameter, magnitudes.
  const std::vector<ScoreRow>& rows;       ///< Of these parameters; holds the baselines' scores.
  std::vector<EpochLoss> history = {};     ///< Empty when nothing was trained.
  int num_threads = 1;
};

/// The score of the shown forecast in a row: the model's, or that of the baseline of this name.
/// Nothing when there is neither.
const ForecastScore* shown_score(const ScoreRow& row, const std::string& forecast_name);

/// The period maps show: the one named "test", else the first scored.
const Period& shown_period(const Protocol& protocol);

}  // namespace sciwright::earthquake
