#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/benchmark.h"
#include "cloudmask/data/baselines.h"
#include "cloudmask/data/leakage.h"
#include "cloudmask/data/scores.h"
#include "cloudmask/data/surface_temperature.h"
#include "cloudmask/task/model.h"

namespace sciwright::cloudmask {

/// What to do with each scene.
struct MaskingJob {
  const Model& model;
  const Settings& settings;
  const Baselines* baselines = nullptr;  ///< Score these too; null: only the model.
  std::filesystem::path folder = {};     ///< For the files settings.output asks for; empty: none.
  bool needs_label = true;               ///< Else scenes without labels are masked, not scored.
};

/// What is kept of the scenes: counts, whatever their number and size.
struct MaskedScenes {
  bool stopped = false;  ///< On request, before the last scene.
  std::vector<SceneCounts> model = {};
  std::map<std::string, std::vector<SceneCounts>> baselines = {};
  std::vector<SceneIdentity> identities = {};
  std::optional<TemperatureEffect> sst = {};  ///< Where settings.output asks for it.
  std::optional<TemperatureEffect> lst = {};
  std::vector<std::string> cloud_fractions = {};  ///< A line for people on each scene.
};

/// Reads scenes (HDF5 files or .SEN3 folders) one after another, masks them, writes the files and
/// counts for the scores. The timers "Read scene", "Predict", "Stitch", "Write" and "Score" tell
/// the parts apart. Throws usage errors for scenes that cannot be read.
MaskedScenes mask_scenes(bench::RunContext& context, const MaskingJob& job,
                         const std::vector<std::filesystem::path>& scenes);

/// Reads the scenes once, so that what is wrong with them is told before hours of training: throws
/// one usage error with every scene that cannot be read, has another number of channels, lacks what
/// settings.output and settings.scoring ask for, or has the name of another. Does nothing more when
/// asked to stop.
std::vector<SceneIdentity> check_scenes(const bench::RunContext& context, const Settings& s,
                                        const std::vector<std::filesystem::path>& scenes,
                                        int num_channels);

/// Adds `sst` and `lst` to the details and the text of an outcome.
void report_temperatures(const MaskedScenes& masked, bench::RunOutcome& outcome);

}  // namespace sciwright::cloudmask
