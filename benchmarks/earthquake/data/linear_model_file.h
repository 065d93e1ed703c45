#pragma once

#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>

#include "earthquake/data/nowcast.h"

namespace sciwright::earthquake {

// The model.npz of runs without a network: for each parameter "<name>" the array [columns + 1],
// float64, intercept first; "facts", UTF-8 bytes of JSON, tells the training (training_facts_json)
// and names the columns. Written atomically. Readers throw a usage error that names the file and
// what is missing or of another length.

void write_nowcast(const std::filesystem::path& path, const std::vector<NowcastModel>& models,
                   nlohmann::json facts);

/// The models of the protocol's parameters.
std::vector<NowcastModel> read_nowcast(const std::filesystem::path& path, const Protocol& protocol);

/// Also writes "means/<name>", [pixels, 4].
void write_autoregressions(const std::filesystem::path& path,
                           const std::vector<Autoregression>& models, nlohmann::json facts);

std::vector<Autoregression> read_autoregressions(const std::filesystem::path& path,
                                                 const std::vector<PredictionParameter>& parameters,
                                                 int num_pixels);

}  // namespace sciwright::earthquake
