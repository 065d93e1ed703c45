// All that is done with one whole scene besides the network: prints one JSON object of seconds.
//   cloudmask_data_perf THREADS

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/random.h"
#include "cloudmask/data/normalisation.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/scores.h"
#include "cloudmask/data/synthetic_scene.h"
#include "cloudmask/data/tiling.h"
#include "io/hdf5.h"

namespace {

using namespace sciwright;
using namespace sciwright::cloudmask;

template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The same bytes with nothing done to them.
float read_raw(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const auto refs = file.read<float>("refs");
  const auto bts = file.read<float>("bts");
  const auto bayes = file.read<std::uint8_t>("bayes");
  return refs.values.back() + bts.values.back() + static_cast<float>(bayes.values.back());
}

/// Scene, normalised, as the 20 training patches.
float read_patches(const std::filesystem::path& path) {
  Scene scene = read_scene(path, {.extras = false});
  normalise(scene.image, fixed_scales(scene.num_reflectances, scene.image.num_channels),
            &scene.valid);
  constexpr int kPatchPx = 256;
  const ImageSize patch{kPatchPx, kPatchPx};
  std::vector<float> image(patch.num_pixels() * static_cast<std::size_t>(scene.image.num_channels));
  std::vector<std::uint8_t> label(patch.num_pixels());
  float sum = 0;
  for (const Window& window : training_patches(scene.image.size, kPatchPx)) {
    copy_window(scene.image, window, image);
    copy_window(scene.label, window, 0, label);
    sum += image.front() + static_cast<float>(label.front());
  }
  return sum;
}

/// Outputs as a network would give them for the tiles of a plan.
std::vector<float> tile_outputs(const TilingPlan& plan) {
  std::vector<float> out(plan.num_tiles() * plan.tile_size().num_pixels());
  RandomStream random(1);
  for (float& value : out) value = static_cast<float>(random.uniform());
  return out;
}

/// Stitching, mask and all scores of the scene but for the bootstrap.
double score(const Scene& scene, const TilingPlan& plan, const std::vector<float>& outputs) {
  Stitcher stitcher(plan);
  const std::size_t pixels = plan.tile_size().num_pixels();
  for (std::size_t i = 0; i < plan.num_tiles(); ++i) {
    stitcher.add(i, std::span(outputs.data() + i * pixels, pixels));
  }
  const Planes probability = stitcher.finish();
  const SceneCounts counts = count_scene(scene, scene.label, probability.values);
  const PixelCounts* const all[] = {&counts.all};
  return compute_metrics(all).roc_auc;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: cloudmask_data_perf THREADS\n");
    return 2;
  }
  const TemporaryDirectory folder;
  const auto path = folder.path() / "scene.hdf";
  const SyntheticSettings whole{.height_px = 1200, .width_px = 1500};
  const SceneContent content = make_scene(whole, 0, std::atoi(argv[1]));
  write_scene(path, content.scene, content.extras);
  double checksum = read_raw(path);  // the page cache is warm for both
  const double hdf5_s = seconds_of([&] { checksum += read_raw(path); });
  const double patches_s = seconds_of([&] { checksum += read_patches(path); });
  Scene scene = read_scene(path);
  scene.land.reset();  // one subset
  const TilingPlan plan = exact_tiling(scene.image.size, 512);
  const std::vector<float> outputs = tile_outputs(plan);
  const double score_s = seconds_of([&] { checksum += score(scene, plan, outputs); });
  fmt::print(R"({{"hdf5_s": {}, "patches_s": {}, "score_s": {}, "checksum": {}}})"
             "\n",
             hdf5_s, patches_s, score_s, checksum);
  return 0;
}
