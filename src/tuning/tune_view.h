#pragma once

#include <optional>
#include <string>

#include "tuning/tune_settings.h"
#include "tuning/tune_state.h"

namespace sciwright::tuning {

/// The best trial: on the highest budget that any trial has ended with, the best value. Nothing
/// before the first.
struct BestTrial {
  std::size_t trial = 0;
  std::size_t rung = 0;
};
std::optional<BestTrial> best_trial(const TuneState& state, const TuneSettings& settings);

/// A line for each budget, and the best trial.
std::string tune_text(const TuneState& state, const TuneSettings& settings);

/// Every trial on every budget, with `schema_version`.
Json tune_json(const TuneState& state, const TuneSettings& settings);

}  // namespace sciwright::tuning
