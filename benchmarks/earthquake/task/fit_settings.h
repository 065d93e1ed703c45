#pragma once

#include "earthquake/data/settings.h"
#include "train/fit.h"
#include "train/sample_files.h"

namespace sciwright::earthquake {

/// How a model is fitted where the settings leave it open.
struct FitDefaults {
  double epochs;
  int batch_size;
  double learning_rate;
  const char* loss;
  const char* schedule;
};

/// The fit loop's settings.
train::FitSettings fit_settings(const TrainingSettings& settings, const FitDefaults& defaults);

/// Where the windows of a run go when they are to be files.
train::SampleFileSettings sample_file_settings(const TrainingSettings& settings,
                                               const std::filesystem::path& run_folder);

/// Weights, steps, epochs and speed of a fit, for result.json.
train::Json fit_facts(const train::FitResult& fit, const torch::nn::Module& network);

}  // namespace sciwright::earthquake
