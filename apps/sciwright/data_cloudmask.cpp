#include <thread>

#include <fmt/format.h>

#include "base/files.h"
#include "base/progress_bar.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/settings.h"
#include "cloudmask/data/spec.h"
#include "cloudmask/data/survey.h"
#include "sciwright/data_verbs.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

int num_threads() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

/// What `data make` and `data info` take.
struct SceneOptions {
  std::string path;
  std::vector<std::string> sets;
  std::string seed;
};

int make(const SceneOptions& options) {
  const auto settings =
      settings_from<cloudmask::Settings>(cloudmask::spec(), options.sets, options.seed);
  cloudmask::SyntheticSettings synthetic = settings.synthetic;
  synthetic.seed = settings.run.seed;
  cloudmask::write_scenes(synthetic, options.path, num_threads(),
                          [](const std::string& file, int done, int total) {
                            write_stderr(fmt::format("{}/{} {}\n", done + 1, total, file));
                          });
  fmt::print("{}: {} training and {} test scenes of {} x {} pixels\n", options.path,
             synthetic.num_training, synthetic.num_test, synthetic.height_px, synthetic.width_px);
  return 0;
}

int info(const SceneOptions& options) {
  const auto settings = settings_from<cloudmask::Settings>(cloudmask::spec(), options.sets, "");
  const std::vector<fs::path> paths = cloudmask::find_scenes(options.path, settings.data.patterns);
  const cloudmask::SceneSurvey survey = cloudmask::survey_scenes(
      paths,
      {.read = {.label_bits = static_cast<unsigned>(settings.data.label_bits),
                .needs_label = false},
       .num_threads = num_threads()},
      [&](std::size_t index) {
        write_stderr(fmt::format("{}/{} {}\n", index + 1, paths.size(), paths[index].string()));
      });
  fmt::print("{}", cloudmask::survey_text(survey));
  return 0;
}

}  // namespace

void add_cloudmask_data(DataVerbs& verbs, Programs& programs) {
  auto options = std::make_shared<SceneOptions>();
  CLI::App* maker =
      verbs.make.add_subcommand("cloudmask", "Simulated scenes in the benchmark's HDF5 layout.");
  maker->add_option("--out", options->path, "Folder to write training/ and inference/ into")
      ->required()
      ->type_name("DIR");
  maker->add_option("--seed", options->seed, "Seed of the simulation")->type_name("N");
  add_set_option(*maker, options->sets, "synthetic.num_training=100");
  maker->callback([&programs, options] { programs.action = [options] { return make(*options); }; });

  CLI::App* informer = verbs.info.add_subcommand(
      "cloudmask", "Scenes: counts, cloud fraction, statistics of the channels.");
  informer->add_option("path", options->path, "Scene file, or folder of scenes")->required();
  add_set_option(*informer, options->sets, "data.label_bits=3");
  informer->callback(
      [&programs, options] { programs.action = [options] { return info(*options); }; });
}

}  // namespace sciwright
