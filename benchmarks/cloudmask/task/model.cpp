#include "cloudmask/task/model.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "models/blocks.h"
#include "models/keras_unet.h"
#include "models/summary.h"
#include "models/unet.h"
#include "train/checkpoint.h"
#include "train/device.h"
#include "train/fit.h"

namespace sciwright::cloudmask {
namespace {

using Json = nlohmann::json;

constexpr int kFormatVersion = 1;

models::UnetSettings unet_settings(const Settings& s, int num_channels) {
  return {.num_channels = num_channels, .width = s.network.width};
}

/// What computes on this device, as asked and as there is.
models::Kernels kernels_for(const Settings& s, const torch::Device& device) {
  const bool can_be_fast = device.is_cpu() && models::has_fast_unet(models::Precision::kFloat32);
  if (s.network.kernels == "fast" && !can_be_fast) {
    throw usage_error(
        fmt::format("network.kernels: is fast, which needs a processor with AVX-512, and the "
                    "network runs on {}; "
                    "auto takes what there is",
                    device.is_cpu() ? "one without" : device.str()));
  }
  return can_be_fast && s.network.kernels != "plain" ? models::Kernels::kFast
                                                     : models::Kernels::kPlain;
}

Model new_model(const Settings& s, int num_channels, int num_threads) {
  const torch::Device device = train::set_up_device(s.run.device, num_threads);
  Model model{.network = std::make_shared<models::Unet>(unet_settings(s, num_channels),
                                                        derive_seed(s.run.seed, "weights")),
              .num_channels = num_channels,
              .normalisation = parse_normalisation(s.data.normalisation),
              .valid_only = s.data.pixels == "valid"};
  model.network->to(device);
  model.network->settings.kernels = kernels_for(s, device);
  return model;
}

/// What a network was trained with and cannot be used without.
Json bound_settings(const Settings& s) {
  return {{"data.normalisation", s.data.normalisation},
          {"data.pixels", s.data.pixels},
          {"network.width", s.network.width}};
}

Json scales_json(const std::vector<ChannelScale>& scales) {
  Json out = Json::array();
  for (const ChannelScale& scale : scales) out.push_back({scale.shift, scale.scale});
  return out;
}

/// The facts of a model file, checked against the settings of a prediction.
Json checked_facts(const std::filesystem::path& path, const Json& facts, const Settings& given) {
  if (facts.value("schema_version", 0) != kFormatVersion || !facts.contains("settings")) {
    throw usage_error(fmt::format("{}: is no model of the cloudmask benchmark", path.string()));
  }
  Problems problems;
  const Json now = bound_settings(given);
  for (const auto& [key, value] : facts.at("settings").items()) {
    if (now.at(key) == value) continue;
    problems.push_back(fmt::format("{}: was trained with {} {}, now {}; leave that setting away",
                                   path.string(), key, value.dump(), now.at(key).dump()));
  }
  throw_if_any(problems);
  return facts;
}

}  // namespace

Model make_model(const Settings& s, const SceneSurvey& training, int num_threads) {
  const int num_channels = static_cast<int>(training.statistics.size());
  Model model = new_model(s, num_channels, num_threads);
  if (model.normalisation == Normalisation::kChannel) {
    model.scales = channel_scales(training.statistics);
  }
  if (!s.training.initial_weights.empty()) {
    models::load_keras_weights(*model.network, s.training.initial_weights);
  }
  return model;
}

std::filesystem::path model_file(const std::filesystem::path& run) {
  return run / "model" / "model.npz";
}

void write_model(const std::filesystem::path& path, const Model& model, const Settings& s) {
  train::write_checkpoint(path, {train::named_weights(*model.network),
                                 {{"schema_version", kFormatVersion},
                                  {"settings", bound_settings(s)},
                                  {"num_channels", model.num_channels},
                                  {"scales", scales_json(model.scales)},
                                  {"trained_on", model.trained_on}}});
}

Model read_model(const std::filesystem::path& path, const Settings& given, int num_threads) {
  const train::Checkpoint file = train::read_checkpoint(path);
  const Json facts = checked_facts(path, file.facts, given);
  Model model = new_model(given, facts.at("num_channels"), num_threads);
  train::load_weights(*model.network, file.tensors, path);
  for (const Json& scale : facts.at("scales")) model.scales.push_back({scale.at(0), scale.at(1)});
  model.trained_on = facts.at("trained_on");
  return model;
}

Model read_keras_model(const std::filesystem::path& path, const Settings& given, int num_threads) {
  constexpr int kReferenceChannels = 9;
  if (given.data.normalisation == "channel") {
    throw usage_error(
        fmt::format("{}: a Keras file holds no statistics of channels, which data.normalisation "
                    "channel needs; the reference's runs used --protocol compat (fixed)",
                    path.string()));
  }
  const int asked = given.data.num_channels;
  Model model = new_model(given, asked > 0 ? asked : kReferenceChannels, num_threads);
  models::load_keras_weights(*model.network, path);
  model.trained_on = {{"source", "Keras weights " + path.filename().string()}};
  return model;
}

void load_epoch(Model& model, const std::filesystem::path& model_folder, int epoch) {
  train::load_fitted_weights(*model.network, train::epoch_path(model_folder, epoch));
}

std::string set_precision(const Model& model, const std::string& name) {
  const bool is_cpu = model.network->output->kernel.is_cpu();
  const bool is_fast = is_cpu && __builtin_cpu_supports("avx512bf16") != 0;
  const bool takes_bfloat16 = name == "bfloat16" || (name == "auto" && is_fast);
  model.network->settings.precision =
      takes_bfloat16 ? models::Precision::kBfloat16 : models::Precision::kFloat32;
  return takes_bfloat16 ? "bfloat16" : "float32";
}

std::vector<ChannelScale> scales_of(const Model& model, const Scene& scene) {
  if (model.normalisation == Normalisation::kFixed) {
    return fixed_scales(scene.num_reflectances, scene.image.num_channels);
  }
  if (model.normalisation == Normalisation::kImage) {
    return image_scales(channel_statistics(scene), scene.num_reflectances);
  }
  return model.scales;
}

std::string model_text(const Settings& s, int num_channels, int side_px) {
  const models::Unet network(unet_settings(s, num_channels), 1);
  const auto input = torch::zeros({1, num_channels, side_px, side_px});
  return fmt::format(
      "U-Net, one patch of {} x {} pixels\n{}", side_px, side_px,
      models::summary_table(models::summarize(network, [&] { network.forward(input); }), 1));
}

}  // namespace sciwright::cloudmask
