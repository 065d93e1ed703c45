#include "cloudmask/task/scene_sets.h"

#include <fmt/format.h>

#include "base/random.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/split.h"
#include "cloudmask/data/synthetic_scene.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;

/// Folders of training and test scenes.
struct Folders {
  fs::path training;
  fs::path test;
};

Folders folders_of(const bench::RunContext& context, const Settings& s) {
  if (s.data.train.empty() != s.data.test.empty()) {
    throw usage_error("data.train and data.test belong together: give both, or none to simulate");
  }
  if (!s.data.train.empty()) return {s.data.train, s.data.test};
  SyntheticSettings synthetic = s.synthetic;
  synthetic.seed = s.run.seed;
  const fs::path folder = context.folder / "scenes";
  context.say(fmt::format("simulating {} training and {} test scenes of {} x {} pixels\n",
                          synthetic.num_training, synthetic.num_test, synthetic.height_px,
                          synthetic.width_px));
  write_scenes(synthetic, folder, context.num_threads,
               [&](const std::string&, int done, int total) {
                 if (done == 0) context.progress.start("simulating", total);
                 context.progress.update(done);
               });
  context.progress.finish();
  return {folder / "training", folder / "inference"};
}

std::vector<fs::path> scenes_of(const fs::path& folder, const DataSettings& s) {
  std::vector<fs::path> paths = find_scenes(folder, s.patterns);
  const auto most = static_cast<std::size_t>(s.max_scenes);
  if (most > 0 && paths.size() > most) paths.resize(most);
  return paths;
}

SceneSplit split_of(const std::vector<fs::path>& paths, const DataSettings& s, std::uint64_t seed) {
  if (s.split == "reference") {
    return reference_split(paths.size(), s.train_fraction,
                           static_cast<std::uint32_t>(s.split_seed));
  }
  std::vector<std::string> names;
  for (const fs::path& path : paths) names.push_back(path.stem().string());
  return grouped_split(scene_groups(names, s.split == "day"), s.train_fraction,
                       derive_seed(seed, "split", static_cast<std::uint64_t>(s.split_seed)));
}

std::vector<fs::path> chosen(const std::vector<fs::path>& paths,
                             const std::vector<std::size_t>& indices) {
  std::vector<fs::path> out;
  for (const std::size_t index : indices) out.push_back(paths[index]);
  return out;
}

SceneSurvey survey_of(const bench::RunContext& context, const Settings& s,
                      const std::vector<fs::path>& paths, const SurveyOptions& options) {
  context.progress.start("reading scenes", static_cast<std::int64_t>(paths.size()));
  SceneSurvey survey = survey_scenes(paths, options, [&](std::size_t index) {
    if (const auto why = context.stop_requested()) {
      throw Error(*why, "stopped while the scenes were looked through; nothing is lost");
    }
    context.progress.update(static_cast<std::int64_t>(index));
  });
  context.progress.finish();
  if (look_like_radiances(
          {survey.statistics.data(), static_cast<std::size_t>(survey.num_reflectances)})) {
    context.say("warning: the reflectances of " + s.data.train +
                " look like radiances; `sciwright data info cloudmask` shows them\n");
  }
  return survey;
}

}  // namespace

SceneReadOptions read_options(const Settings& s) {
  return {.label_bits = static_cast<unsigned>(s.data.label_bits),
          .num_channels = s.data.num_channels,
          .height_px = s.data.image_height_px,
          .width_px = s.data.image_width_px,
          .extras = false};
}

SceneSets prepare_scenes(const bench::RunContext& context, const Settings& s) {
  const Folders folders = folders_of(context, s);
  SceneSets sets;
  sets.test = scenes_of(folders.test, s.data);
  const std::vector<fs::path> paths = scenes_of(folders.training, s.data);
  const SceneSplit split = split_of(paths, s.data, s.run.seed);
  sets.training.paths = chosen(paths, split.training);
  sets.validation.paths = chosen(paths, split.validation);
  SurveyOptions options{.read = read_options(s),
                        .valid_only = s.data.pixels == "valid",
                        .sample_pixels = static_cast<std::size_t>(s.scoring.baseline_pixels),
                        .seed = derive_seed(s.run.seed, "baselines"),
                        .num_threads = context.num_threads};
  sets.survey = survey_of(context, s, sets.training.paths, options);
  sets.training.statistics = sets.survey.scene_statistics;
  sets.training.absent_reflectances = sets.survey.absent_reflectances;
  options.sample_pixels = 0;
  options.read.num_channels = static_cast<int>(sets.survey.statistics.size());
  SceneSurvey validation = survey_of(context, s, sets.validation.paths, options);
  sets.validation.statistics = std::move(validation.scene_statistics);
  sets.validation.absent_reflectances = std::move(validation.absent_reflectances);
  sets.validation_identities = std::move(validation.identities);
  sets.baselines = fit_baselines(sets.survey.sample);
  sets.survey.sample = {};
  return sets;
}

PatchSettings patch_settings(const Settings& s, const SceneSets& sets) {
  SceneReadOptions read = read_options(s);
  read.num_channels = static_cast<int>(sets.survey.statistics.size());
  return {.patch_px = s.data.patch_px,
          .read = read,
          .normalisation = parse_normalisation(s.data.normalisation),
          .valid_only = s.data.pixels == "valid",
          .memory_bytes = std::int64_t{s.data.memory_mb} * 1'000'000,
          .jitter = s.training.jitter,
          .seed = s.run.seed};
}

std::string describe(const SceneSets& sets) {
  return fmt::format(
      "{} scenes train, {} validate, {} test; {:.1f} % of the training pixels are labelled cloud\n",
      sets.training.paths.size(), sets.validation.paths.size(), sets.test.size(),
      100 * sets.survey.cloud_fraction);
}

}  // namespace sciwright::cloudmask
