#pragma once

#include "bench/benchmark.h"
#include "cloudmask/data/settings.h"

namespace sciwright::cloudmask {

/// Loads a finished run's model, or the reference's Keras weights, to mask data.test: HDF5 scenes
/// or .SEN3 products, with labels or without; see bench::Benchmark::prediction().
bench::Prediction prepare_prediction(const Settings& settings,
                                     const bench::PredictionRequest& request);

}  // namespace sciwright::cloudmask
