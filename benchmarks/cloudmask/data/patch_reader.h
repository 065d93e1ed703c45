#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <unordered_map>
#include <vector>

#include "cloudmask/data/channel_statistics.h"
#include "cloudmask/data/normalisation.h"
#include "cloudmask/data/scene_file.h"
#include "cloudmask/data/survey.h"

namespace sciwright::cloudmask {

/// How training patches are made.
struct PatchSettings {
  int patch_px = 256;
  SceneReadOptions read = {};
  Normalisation normalisation = Normalisation::kFixed;
  bool valid_only = true;  ///< Pixels without data are not learned from; else they count as clear.
  /// Normalised patches are kept in memory up to this; the others are read again each time.
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  double jitter = 0;  ///< Largest relative change of brightness of a varied patch; 0: none.
  std::uint64_t seed = 1;
};

/// Scenes with what a pass over all of them found out.
struct SurveyedScenes {
  std::vector<std::filesystem::path> paths;
  /// Of each scene, where `image` normalisation needs it.
  std::vector<std::vector<ChannelStatistics>> statistics;
  std::vector<std::vector<int>> absent_reflectances;  ///< Of each scene; see SceneFile.
};

/// Label of a pixel that is not learned from: it has no data.
inline constexpr std::uint8_t kUncounted = 255;

/// One patch: channels normalised [C, patch, patch], labels [patch, patch] (1 cloud, 0 clear or
/// kUncounted).
struct Patch {
  Planes image;
  Mask label;
};

/// The training patches of some scenes, in the order of scenes and, within one, row by row. A patch
/// has a number; number + variant · num_patches() is one of its variants: variants 0 … 7 are the
/// turned and mirrored ones, and of 8 k + v the brightness is changed too, differently for each k.
/// One thread.
class PatchReader final {
 public:
  static constexpr std::uint32_t kNumTurns = 8;

  /// Opens every scene for its size. `training` are statistics for `channel` normalisation. Throws
  /// a usage error that lists every scene that is smaller than a patch.
  PatchReader(const SurveyedScenes& scenes, std::vector<ChannelStatistics> training,
              PatchSettings settings);

  std::size_t num_patches() const { return patches_.size(); }
  const std::vector<std::size_t>& patches_of_scenes() const { return counts_; }
  int num_channels() const { return num_channels_; }
  int patch_px() const { return settings_.patch_px; }

  /// A patch or a variant of it. Throws as SceneFile.
  Patch read(std::uint32_t number);

  std::int64_t bytes_in_memory() const { return bytes_in_memory_; }

 private:
  struct Place {
    std::size_t scene;
    Window window;
  };

  Patch read_from_file(const Place& place) const;
  void change_brightness(Patch& patch, std::uint32_t number) const;

  const PatchSettings settings_;
  std::vector<std::filesystem::path> paths_;
  std::vector<std::vector<int>> absent_reflectances_;
  std::vector<std::vector<ChannelScale>> scales_;  ///< One for all, or one a scene.
  std::vector<Place> patches_;
  std::vector<std::size_t> counts_;
  int num_channels_ = 0;
  int num_reflectances_ = 0;
  std::unordered_map<std::uint32_t, Patch> memory_;
  std::int64_t bytes_in_memory_ = 0;
};

/// One of the eight ways to turn and mirror a square patch; 0 leaves it.
void turn(Patch& patch, std::uint32_t way);

/// The order in which an epoch (from 0) sees `num_patches` patches: all of them, permuted anew;
/// with `variants` above 1, each as one of its variants.
std::vector<std::uint32_t> full_order(std::size_t num_patches, std::uint32_t variants,
                                      std::uint64_t seed, int epoch);

/// The reference's order (spec 2.2): files shuffled once, patches of a file one after another, then
/// TensorFlow's shuffle buffer of `buffer_size`, anew each epoch.
std::vector<std::uint32_t> reference_order(const std::vector<std::size_t>& patches_of_scenes,
                                           std::size_t buffer_size, std::uint64_t seed, int epoch);

}  // namespace sciwright::cloudmask
