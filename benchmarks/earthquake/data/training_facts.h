#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "earthquake/data/dataset.h"

namespace sciwright::earthquake {

/// What a model must be told of its training to forecast from other data. Every run keeps it in
/// `facts` of model/model.npz, whatever the model.
struct TrainingFacts {
  nlohmann::json settings = {};                 ///< All of the run, "model" among them.
  std::string catalog = {};                     ///< Source of the training catalogue.
  std::string catalog_hash = {};                ///< Its content hash.
  int num_fortnights = 0;                       ///< Of the training data: the axis of time.
  PixelSplit split = {};                        ///< The run's pixels.
  FaultLabels faults = {};                      ///< 0 but in these pixels.
  std::vector<QuantityStatistics> scales = {};  ///< Minimum and maximum only.
  PixelSeries<double> means = {};               ///< Dataset::means.
};

/// Where a run folder keeps its model.
inline std::filesystem::path model_file(const std::filesystem::path& run) {
  return run / "model" / "model.npz";
}

/// The facts of a run on a data set.
TrainingFacts training_facts(const Settings& settings, const Dataset& dataset);

/// `facts`: schema_version (1), model, settings, trained_on.
nlohmann::json training_facts_json(const TrainingFacts& facts);

/// Reads the facts of a model.npz. Throws a usage error that names the file when it is missing,
/// damaged, or says too little of its training.
TrainingFacts read_training_facts(const std::filesystem::path& path);

/// What in the settings of a forecast does not fit the model: everything that differs from the
/// training's settings but catalogue, device, threads, plots. Settings that the training did not
/// know are left alone.
Problems setting_problems(const TrainingFacts& facts, const nlohmann::json& settings);

}  // namespace sciwright::earthquake
