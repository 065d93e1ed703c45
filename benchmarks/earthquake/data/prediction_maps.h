#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "earthquake/data/predictions_file.h"

namespace sciwright::earthquake {

/// A parameter's forecasts at each pixel, over the sequences of a period that have an observation.
/// Not-a-number where there is none.
struct PredictionMap {
  std::string parameter = {};
  std::vector<double> nnse = {};              ///< Not-a-number where all observations are alike.
  std::vector<double> mean_forecast = {};     ///< In magnitudes.
  std::vector<double> mean_observation = {};  ///< In magnitudes.
};

/// Maps of a run.
struct PredictionMaps {
  std::vector<int> locs = {};                    ///< [P] pixel numbers.
  std::vector<std::uint8_t> is_validation = {};  ///< [P]
  std::string period = {};                       ///< shown_period() of the run's protocol.
  std::vector<PredictionMap> maps = {};
};

/// What predictions.h5 has to show. The protocol's periods are found again by its name, and by how
/// many sequences there are. Throws a usage error for an unknown protocol.
PredictionMaps prediction_maps(const Predictions& predictions);

}  // namespace sciwright::earthquake
