#include "cloudmask/task/mask_scenes.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/build_facts.h"
#include "base/files.h"
#include "cloudmask/data/mask_files.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/sen3_reader.h"
#include "cloudmask/task/probability.h"
#include "cloudmask/task/scene_sets.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;

Scene read_for_masking(const MaskingJob& job, const fs::path& path) {
  SceneReadOptions options = read_options(job.settings);
  options.needs_label = job.needs_label;
  options.num_channels = job.model.num_channels;
  options.extras = true;
  Scene scene = fs::is_directory(path) ? read_sen3_scene(path, options.label_bits)
                                       : read_scene(path, options);
  // The statistics of the image are those the training patches were made with.
  if (!job.model.valid_only) scene.valid = Mask(scene.image.size, 1);
  return scene;
}

void write_files(const MaskingJob& job, const Scene& scene, std::span<const float> probability) {
  if (job.folder.empty()) return;
  const OutputSettings& output = job.settings.output;
  const SceneMask mask{scene, probability, job.settings.scoring.threshold};
  const auto file = [&](const char* ending) { return job.folder / (scene.name + ending); };
  if (output.masks) write_reference_mask(file(".hdf.h5"), mask);
  if (output.netcdf) write_netcdf_mask(file(".nc"), mask, fmt::format("sciwright {}", kVersion));
  if (output.pictures) write_file_atomic(file(".png"), quick_look_png(mask));
}

const Mask& reference_of(const Settings& s, const Scene& scene) {
  if (s.scoring.against == "label") return scene.label;
  if (!scene.truth) {
    throw usage_error(
        fmt::format("{}: has no dataset 'truth', which scoring.against asks for; only simulated "
                    "scenes have one",
                    scene.path.string()));
  }
  return *scene.truth;
}

std::string cloud_line(const Scene& scene, std::span<const float> probability, double threshold) {
  std::int64_t cloud = 0;
  std::int64_t valid = 0;
  for (std::size_t i = 0; i < probability.size(); ++i) {
    valid += scene.valid.values[i];
    cloud += static_cast<std::int64_t>(scene.valid.values[i] != 0 &&
                                       probability[i] > static_cast<float>(threshold));
  }
  return fmt::format(
      "{}: cloud on {:.1f} % of its {} pixels with data\n", scene.name,
      100.0 * static_cast<double>(cloud) / static_cast<double>(std::max<std::int64_t>(valid, 1)),
      valid);
}

/// Adds what the prediction does to the temperature of one surface; draws it where files are
/// written.
void compare_temperatures(const MaskingJob& job, const Scene& scene,
                          std::span<const float> probability, Surface surface,
                          std::optional<TemperatureEffect>& total) {
  std::vector<std::uint8_t> predicted(probability.size());
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    predicted[i] = probability[i] > static_cast<float>(job.settings.scoring.threshold);
  }
  const TemperatureMap map = surface_temperatures(scene, surface);
  const TemperatureEffect effect = temperature_effect(map, scene.label, predicted);
  if (!total) total.emplace();
  total->merge(effect);
  if (job.folder.empty() || !job.settings.output.pictures || effect.num_surface == 0) return;
  const char* name = surface == Surface::kSea ? "sst" : "lst";
  write_file_atomic(job.folder / fmt::format("{}_{}.png", scene.name, name),
                    temperature_picture(map, scene.label, predicted, scene.name));
}

void count(const bench::RunContext& context, const MaskingJob& job, const Scene& scene,
           std::span<const float> probability, MaskedScenes& out) {
  const Settings& s = job.settings;
  out.cloud_fractions.push_back(cloud_line(scene, probability, s.scoring.threshold));
  if (scene.label.values.empty()) return;
  const ScoreOptions options{.threshold = s.scoring.threshold,
                             .boundary_px = s.scoring.boundary_px,
                             .valid_only = job.model.valid_only};
  const Mask& reference = reference_of(s, scene);
  out.model.push_back(count_scene(scene, reference, probability, options));
  out.identities.push_back(identity_of(scene));
  if (s.output.sst) compare_temperatures(job, scene, probability, Surface::kSea, out.sst);
  if (s.output.lst) compare_temperatures(job, scene, probability, Surface::kLand, out.lst);
  if (job.baselines == nullptr) return;
  for (const auto& [name, values] :
       predict_baselines(*job.baselines, scene.image, context.num_threads)) {
    out.baselines[name].push_back(count_scene(scene, reference, values, options));
  }
}

}  // namespace

MaskedScenes mask_scenes(bench::RunContext& context, const MaskingJob& job,
                         const std::vector<fs::path>& scenes) {
  if (!job.folder.empty()) make_directories(job.folder);
  set_precision(job.model, job.settings.inference.precision);
  MaskedScenes out;
  context.progress.start("masking scenes", static_cast<std::int64_t>(scenes.size()));
  for (const fs::path& path : scenes) {
    out.stopped = context.stop_requested().has_value();
    if (out.stopped) break;
    const auto timed = [&](const char* timer, const auto& work) {
      const record::Phase phase(context.phases, timer);
      return work();
    };
    const Scene scene = timed("Read scene", [&] { return read_for_masking(job, path); });
    const TilingPlan plan = tiling_of(job.settings, scene.image.size);
    const std::vector<float> tiles = timed("Predict", [&] {
      return tile_probabilities(job.model, network_input(job.model, scene), plan);
    });
    const std::vector<float> probability = timed("Stitch", [&] { return stitched(plan, tiles); });
    timed("Write", [&] { write_files(job, scene, probability); });
    timed("Score", [&] { count(context, job, scene, probability, out); });
    context.progress.update(static_cast<std::int64_t>(out.cloud_fractions.size()));
  }
  context.progress.finish();
  return out;
}

std::vector<SceneIdentity> check_scenes(const bench::RunContext& context, const Settings& s,
                                        const std::vector<fs::path>& scenes, int num_channels) {
  require_different_names(scenes);
  std::vector<SceneIdentity> identities;
  SceneReadOptions options = read_options(s);
  options.num_channels = num_channels;
  options.extras = true;
  Problems problems;
  context.progress.start("checking test scenes", static_cast<std::int64_t>(scenes.size()));
  for (std::size_t i = 0; i < scenes.size() && !context.stop_requested(); ++i) {
    try {
      const Scene scene = read_scene(scenes[i], options);
      reference_of(s, scene);
      identities.push_back(identity_of(scene));
      if (s.output.sst) surface_temperatures(scene, Surface::kSea);
      if (s.output.lst) surface_temperatures(scene, Surface::kLand);
    } catch (const Error& error) {  // caught here to tell of all scenes
      problems.push_back(error.what());
    }
    context.progress.update(static_cast<std::int64_t>(i + 1));
  }
  context.progress.finish();
  throw_if_any(problems);
  return identities;
}

void report_temperatures(const MaskedScenes& masked, bench::RunOutcome& outcome) {
  const auto add = [&](const char* name, const std::optional<TemperatureEffect>& effect) {
    if (!effect) return;
    outcome.extra[name] = effect_json(*effect);
    outcome.text += effect_text(*effect, name == std::string("sst") ? "SST" : "LST");
  };
  add("sst", masked.sst);
  add("lst", masked.lst);
}

}  // namespace sciwright::cloudmask
