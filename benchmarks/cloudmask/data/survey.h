#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cloudmask/data/channel_statistics.h"
#include "cloudmask/data/leakage.h"
#include "cloudmask/data/pixel_sample.h"
#include "cloudmask/data/scene_file.h"

namespace sciwright::cloudmask {

/// What to look for in scenes.
struct SurveyOptions {
  SceneReadOptions read = {};
  bool valid_only = true;         ///< Else pixels without data are counted and sampled too.
  std::size_t sample_pixels = 0;  ///< Pixels to draw in all, an equal share a scene; 0: none.
  std::uint64_t seed = 1;         ///< Of the sample.
  int num_threads = 1;
};

/// What one pass over scenes finds: all that is needed before a network is fitted (statistics for
/// `channel` normalisation, pixels for the baselines, identities for the look for leaks), in memory
/// that does not grow with them.
struct SceneSurvey {
  int num_scenes = 0;
  int num_day = 0;
  int num_night = 0;
  int num_reflectances = 0;
  std::optional<ImageSize> size;  ///< Nothing when scenes differ.
  std::int64_t num_pixels = 0;
  std::int64_t num_valid = 0;
  double cloud_fraction = 0;  ///< Of the labels of counted pixels; mean over scenes.
  /// Share of counted pixels where label and summary_cloud agree, over scenes that have both.
  std::optional<double> summary_agreement;
  std::vector<ChannelStatistics> statistics;
  std::vector<std::vector<ChannelStatistics>> scene_statistics;  ///< The same of each scene.
  std::vector<std::vector<int>> absent_reflectances;             ///< Of each scene.
  std::vector<SceneIdentity> identities;
  PixelSample sample;
};

/// Reads the scenes one after another. Throws a usage error for a scene that cannot be read or has
/// other channels than the first. `progress` hears of each scene before it is read.
SceneSurvey survey_scenes(const std::vector<std::filesystem::path>& paths,
                          const SurveyOptions& options,
                          const std::function<void(std::size_t index)>& progress = {});

/// SHA-256 of all channels and of the labels: copies of a scene under another name have the same.
SceneIdentity identity_of(const Scene& scene);

/// For people: counts, cloud fraction and the table of channels.
std::string survey_text(const SceneSurvey& survey);

}  // namespace sciwright::cloudmask
