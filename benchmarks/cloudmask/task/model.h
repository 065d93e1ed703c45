#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cloudmask/data/normalisation.h"
#include "cloudmask/data/settings.h"
#include "cloudmask/data/survey.h"

namespace sciwright::models {
struct Unet;
}

namespace sciwright::cloudmask {

/// A network with what turns scenes into its inputs.
struct Model {
  std::shared_ptr<models::Unet> network;
  int num_channels = 0;
  Normalisation normalisation = Normalisation::kFixed;
  std::vector<ChannelScale> scales = {};  ///< Of the training scenes, for `channel`.
  bool valid_only = true;                 ///< Pixels without data are 0 to the network.
  nlohmann::json trained_on = {};         ///< Facts for people: scenes, best epoch.
};

/// A new network on the device of the settings, with random weights or those of
/// training.initial_weights. `training` is the survey of the scenes that train.
Model make_model(const Settings& settings, const SceneSurvey& training, int num_threads);

/// The file of a run's model.
std::filesystem::path model_file(const std::filesystem::path& run);

/// Writes weights (float32, by name) and all else a prediction needs as .npz, atomically.
void write_model(const std::filesystem::path& path, const Model& model, const Settings& settings);

/// Reads one. `given` are the settings of a prediction; those the network was trained with stand in
/// the file, and differing ones are usage errors.
Model read_model(const std::filesystem::path& path, const Settings& given, int num_threads);

/// A model of the weights that the reference's program left (Keras HDF5). `given` tells width,
/// channels (9 when open) and normalisation, which must be `fixed` or `image`; a usage error
/// otherwise.
Model read_keras_model(const std::filesystem::path& path, const Settings& given, int num_threads);

/// Puts the weights that a fit kept of an epoch into the model.
void load_epoch(Model& model, const std::filesystem::path& model_folder, int epoch);

/// Sets the number type of the network's activations and products: "float32", "bfloat16", or
/// "auto", bfloat16 on a processor that multiplies it. Returns which of the two it is.
std::string set_precision(const Model& model, const std::string& name);

/// The scales of one scene, as the model wants it.
std::vector<ChannelScale> scales_of(const Model& model, const Scene& scene);

/// Layers, weights and work of the network for a square of `side_px`; see --summary.
std::string model_text(const Settings& settings, int num_channels, int side_px);

}  // namespace sciwright::cloudmask
