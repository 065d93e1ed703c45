#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cloudmask/data/scene.h"
#include "cloudmask/data/scene_writer.h"

namespace sciwright::cloudmask {

/// A set of simulated scenes.
struct SyntheticSettings {
  std::uint64_t seed = 1;
  int num_training = 12;
  int num_test = 6;
  int height_px = 384;  ///< 1200 for whole SLSTR frames.
  int width_px = 512;   ///< 1500 for whole SLSTR frames.
  double night_fraction = 0.4;
  double cloud_fraction = 0.65;  ///< Mean over scenes; single ones have a third to nearly all.
  double label_noise = 0.04;     ///< Share of pixels whose label is not the truth.
  bool borders = true;           ///< Dead columns at both sides, as the real set.
};

/// Optical thickness from which a pixel counts as cloud.
inline constexpr float kCloudThickness = 0.2F;

/// Scene number `index` of a set: `label` is noisy, `truth` is not, `name` is a product's. Scenes
/// of one seed and index are equal for any number of threads. They stand a whole orbit apart, so
/// that none is the neighbour of another.
SceneContent make_scene(const SyntheticSettings& settings, int index, int num_threads);

/// Writes a set as the benchmark's: `directory`/training/*.hdf and
/// `directory`/inference/{day,night}/*.hdf. `progress` hears of every file before it is made.
void write_scenes(
    const SyntheticSettings& settings, const std::filesystem::path& directory, int num_threads,
    const std::function<void(const std::string& file, int done, int total)>& progress);

}  // namespace sciwright::cloudmask
