#pragma once

#include "earthquake/data/baselines.h"

namespace sciwright::earthquake {

/// What forecasts of a parameter are compared with, [pixels, sequences] in magnitudes; NaN where
/// the target lies beyond the data.
Forecast observations(const PixelHistory& history, const SequenceAxis& axis,
                      const PredictionParameter& parameter);

}  // namespace sciwright::earthquake
