#include <thread>

#include <fmt/format.h>

#include "base/files.h"
#include "base/progress_bar.h"
#include "cloudmask/data/fetch.h"
#include "cloudmask/data/labelled_image.h"
#include "cloudmask/data/scene_list.h"
#include "cloudmask/data/sen3_reader.h"
#include "cloudmask/data/settings.h"
#include "cloudmask/data/spec.h"
#include "cloudmask/data/survey.h"
#include "sciwright/data_verbs.h"
#include "sciwright/option_checks.h"

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

/// What `data fetch` takes.
struct FetchOptions {
  std::string out;
  cloudmask::FetchSettings settings;
};

int fetch(const FetchOptions& options) {
  const auto scenes = cloudmask::plan_fetch(options.settings, options.out);
  write_stderr(cloudmask::plan_text(scenes) + "\n");
  cloudmask::fetch_scenes(scenes, {}, [&](std::size_t index) {
    write_stderr(fmt::format("{}/{} {}\n", index + 1, scenes.size(), scenes[index].path.string()));
  });
  fmt::print("{}: {} files are there\n", options.out, scenes.size());
  return 0;
}

/// What `data convert` takes.
struct ConvertOptions {
  std::vector<std::string> inputs;
  std::string out;
  int tile_px = 0;
  int held_out = -1;
};

int convert(const ConvertOptions& options) {
  const cloudmask::LabelledSet set{
      .tile_px = options.tile_px,
      .held_out = options.held_out < 0 ? std::nullopt : std::optional(options.held_out)};
  for (const std::string& input : options.inputs) {
    if (fs::path(input).extension() == ".npz") {
      cloudmask::write_labelled_set(cloudmask::read_labelled_image(input), set, options.out);
      fmt::print("{}\n", options.out);
    } else {
      fmt::print("{}\n", cloudmask::convert_sen3(input, options.out).string());
    }
  }
  return 0;
}

void add_fetch(CLI::App& verb, Programs& programs) {
  CLI::App* fetcher =
      verb.add_subcommand("cloudmask", "The public SLSTR scenes of the benchmark (180 GB in all).");
  auto options = std::make_shared<FetchOptions>();
  cloudmask::FetchSettings& s = options->settings;
  fetcher->add_option("--out", options->out, "Folder to fetch into; an earlier fetch is continued")
      ->required()
      ->type_name("DIR");
  fetcher->add_option("--part", s.part, "training or inference; both when left away")
      ->type_name("NAME");
  fetcher->add_option("--limit", s.limit, "Only the first files of each part")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  fetcher->add_option("--base-url", s.base_url, "Endpoint and bucket (S3)")
      ->type_name("URL")
      ->capture_default_str();
  fetcher->add_option("--prefix", s.prefix, "The set within the bucket")->capture_default_str();
  fetcher->callback(
      [&programs, options] { programs.action = [options] { return fetch(*options); }; });
}

void add_convert(CLI::App& verb, Programs& programs) {
  CLI::App* converter = verb.add_subcommand("cloudmask",
                                            "Sentinel-3 SLSTR level-1 products (.SEN3 folders), or "
                                            "labelled images of other sensors (.npz: "
                                            "img, msk), into the benchmark's HDF5.");
  auto options = std::make_shared<ConvertOptions>();
  converter->add_option("inputs", options->inputs, "Products or images")
      ->required()
      ->type_name("INPUT");
  converter->add_option("--tile", options->tile_px, "Images: cut into scenes of this many pixels")
      ->type_name("PX")
      ->check(positive());
  converter
      ->add_option("--hold-out", options->held_out,
                   "Images: a quadrant that goes to inference/, the others to training/")
      ->type_name("0..3")
      ->check(CLI::Range(0, 3));
  converter->add_option("--out", options->out, "Folder to write into")
      ->required()
      ->type_name("DIR");
  converter->callback(
      [&programs, options] { programs.action = [options] { return convert(*options); }; });
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

  add_fetch(verbs.fetch, programs);
  add_convert(verbs.convert, programs);

  CLI::App* informer = verbs.info.add_subcommand(
      "cloudmask", "Scenes: counts, cloud fraction, statistics of the channels.");
  informer->add_option("path", options->path, "Scene file, or folder of scenes")->required();
  add_set_option(*informer, options->sets, "data.label_bits=3");
  informer->callback(
      [&programs, options] { programs.action = [options] { return info(*options); }; });
}

}  // namespace sciwright
