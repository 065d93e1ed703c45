#pragma once

#include "bench/benchmark.h"

namespace sciwright::earthquake {

/// Loads a finished run's model and the newest catalogue; see bench::Benchmark::prediction().
bench::Prediction prepare_prediction(const bench::Json& settings,
                                     const bench::PredictionRequest& request);

}  // namespace sciwright::earthquake
