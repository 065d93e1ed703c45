#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "earthquake/data/dataset.h"

namespace sciwright::earthquake {

/// What a run forecast and what came, as predictions.h5 holds it. P pixels, S sequences.
struct Predictions {
  std::string model = {};      ///< What forecast: "tft", or the name of a baseline.
  std::string protocol = {};   ///< "compat", "split1989", "honest".
  std::uint64_t seed = 0;      ///< The run's.
  std::vector<int> locs = {};  ///< [P] pixel numbers 0 … 2399, ascending.
  std::vector<std::uint8_t> is_validation = {};    ///< [P]
  std::vector<std::int32_t> last_input_days = {};  ///< [S] first day of the last fortnight known to
                                                   ///< a sequence, days since 1970-01-01.
  std::vector<PredictionParameter> parameters = {};
  std::vector<Forecast> forecasts = {};  ///< One [P, S] per parameter, in magnitudes.
  std::vector<Forecast> observations =
      {};  ///< Likewise; NaN where the target lies beyond the data.
};

/// Predictions of a data set, with observations and without forecasts, model and seed.
Predictions predictions_of(const Dataset& dataset,
                           const std::vector<PredictionParameter>& parameters);

/// Writes predictions.h5, atomically. Attributes of the file: schema_version (1), benchmark, model,
/// protocol, seed (a text: 64 bits). Datasets `loc`, `latitude`, `longitude` (pixel centres),
/// `is_validation` [P]; `date` [S]; for every parameter `forecast/<name>` and `observation/<name>`
/// [P, S], float32, with the attributes window, step (fortnights), quantity, index (the
/// parameter's place), log_name and units. Throws a failure when sizes do not fit each other or the
/// file cannot be written.
void write_predictions(const std::filesystem::path& path, const Predictions& predictions);

/// Reads it back. Throws a usage error that names the file and what is missing or of another
/// schema_version.
Predictions read_predictions(const std::filesystem::path& path);

}  // namespace sciwright::earthquake
