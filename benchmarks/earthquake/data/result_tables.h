#pragma once

#include <vector>

#include "base/text_table.h"
#include "earthquake/data/prediction_parameter.h"
#include "earthquake/data/quantities.h"
#include "earthquake/data/scores.h"

namespace sciwright::earthquake {

/// The statistics the reference prints of its 38 quantities: number, name, min, max, norm, mean and
/// standard deviation, plain and normalised, three decimals. `statistics` belongs to
/// reference_quantities().
TextTable quantity_table(const std::vector<QuantityStatistics>& statistics);

/// The reference's table of predictions (spec 4.2 and 4.3), one row per parameter: shared/window
/// fortnights, NNSE average and summed for all, training and validation pixels, mean square error
/// of normalised values (full, start, end), and the three relative errors in percent. What is not
/// there is "–". Both vectors are of one length.
TextTable prediction_table(const std::vector<PredictionParameter>& parameters,
                           const std::vector<ForecastScore>& scores);

}  // namespace sciwright::earthquake
