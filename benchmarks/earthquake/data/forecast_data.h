#pragma once

#include <functional>
#include <string>

#include "earthquake/data/training_facts.h"

namespace sciwright::earthquake {

/// What a finished run's model forecasts the fortnights to come from.
struct ForecastData {
  /// Pixels, labels, scales, means and axis of time are those of the training; fortnights and
  /// history hold nothing after the last known fortnight. The axis is one fortnight longer, so
  /// that the last sequence is the forecast.
  Dataset dataset;
  /// The newest catalogue whole: what came, where the forecast begins in the past.
  Fortnights newest;
  std::string note;  ///< What to tell about the first day, a line; empty as a rule.

  /// The sequence to forecast.
  int sequence() const { return dataset.protocol.axis.num_sequences() - 1; }
};

/// Loads the catalogue of the settings up to the day before `from` ("YYYY-MM-DD"; empty: up to the
/// last complete fortnight). The grid of fortnights stays; of a day inside a fortnight the whole
/// one before counts. Throws a usage error for a date of another form, one beyond the catalogue's
/// last complete fortnight or before its first event, and where fewer fortnights are known than the
/// model reads.
ForecastData load_forecast_data(const Settings& settings, const TrainingFacts& facts,
                                const std::string& from, int num_threads,
                                const std::function<void(const std::string&)>& say);

}  // namespace sciwright::earthquake
