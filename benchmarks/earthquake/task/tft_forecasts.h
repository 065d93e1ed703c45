#pragma once

#include <vector>

#include "bench/benchmark.h"
#include "earthquake/data/dataset.h"
#include "earthquake/task/decoder_windows.h"
#include "models/tft.h"

namespace sciwright::earthquake {

/// The network of these settings.
models::TftSettings tft_settings(const Settings& settings);

/// The network's forecasts of a batch on its device, the baseline corrected where there is one:
/// normalised, [B, 26, 4] or [B, 26, 4, quantiles].
torch::Tensor forecast_of(const models::Tft& network, const DecoderTargets& targets,
                          const train::Batch& batch, std::uint64_t dropout_seed);

/// All pixels of a data set in some of its sequences.
WindowSelection every_pixel(const Dataset& dataset, SequenceRange sequences);

/// A network and what its outputs mean. The references must outlive it.
struct TftForecaster {
  const models::Tft& network;
  const DecoderTargets& targets;
  const std::vector<double>& quantiles;
};

/// The 104 forecasts of windows that come pixel by pixel, equally many of each: [pixels, sequences]
/// each, in magnitudes. None when the run was asked to stop.
std::vector<Forecast> tft_forecasts(const TftForecaster& forecaster,
                                    const train::BatchSource& windows, int num_pixels,
                                    bench::RunContext& context);

/// The forecasts of the protocol's parameters among the 104. A parameter without overlap is the
/// target whose unknown part it is. None of none.
std::vector<Forecast> scored_forecasts(const Protocol& protocol, const std::vector<Forecast>& all);

}  // namespace sciwright::earthquake
