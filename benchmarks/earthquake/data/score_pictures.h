#pragma once

#include "earthquake/data/picture_task.h"
#include "plot/figure.h"

namespace sciwright::earthquake {

/// Average NNSE of the model (where one ran) beside the baselines: groups of bars per parameter
/// with the shared and all fortnights of its target; panels of four parameters, per period.
plot::Figure nnse_picture(const std::vector<ScoreRow>& rows, const std::string& forecast_name);

}  // namespace sciwright::earthquake
