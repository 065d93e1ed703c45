#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "earthquake/data/baselines.h"
#include "earthquake/data/pixel_split.h"
#include "earthquake/data/protocol.h"
#include "earthquake/data/quantities.h"
#include "earthquake/data/scores.h"

namespace sciwright::earthquake {

/// One line of the score table: a parameter in a scored period, the model's score (nothing when no
/// model ran) and those of the trivial forecasts, in the order of baselines().
struct ScoreRow {
  PredictionParameter parameter;
  std::string period;
  std::optional<ForecastScore> model;
  std::vector<std::pair<std::string, ForecastScore>> baselines;
};

/// What is scored. The references must outlive the call, and the tasks made of it.
struct ScoreRequest {
  const BaselineTask& task;
  const PixelSplit& split;
  const std::vector<QuantityStatistics>& scales;
  MissingObservation missing = MissingObservation::kDropped;
  /// One forecast per parameter scored, [pixels, sequences] in magnitudes; empty when no model ran.
  const std::vector<Forecast>& forecasts;
  const std::vector<PredictionParameter>& parameters;
};

/// How one parameter is scored in a period: the sequences whose targets lie in it. For kZeroError
/// (protocol compat only) also those after them whose targets lie beyond the data, so that all
/// parameters count the same sequences, 1775 in the reference.
ScoreTask score_task(const ScoreRequest& request, const Period& period,
                     const PredictionParameter& parameter);

/// Scores every parameter in every scored period of the protocol, model and baselines alike.
std::vector<ScoreRow> score_rows(const ScoreRequest& request);

/// The rows as `scores` of result.json.
nlohmann::json score_json(const std::vector<ScoreRow>& rows);

/// Average NNSE of the model beside the baselines, and which forecast is best, for people. One
/// table per period.
std::string score_text(const std::vector<ScoreRow>& rows);

}  // namespace sciwright::earthquake
