#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/benchmark.h"
#include "cloudmask/data/baselines.h"
#include "cloudmask/data/patch_reader.h"
#include "cloudmask/data/settings.h"
#include "cloudmask/data/survey.h"

namespace sciwright::cloudmask {

/// The scenes of a run, and what was learned of them before the network.
struct SceneSets {
  SurveyedScenes training;
  SurveyedScenes validation;
  std::vector<std::filesystem::path> test;
  SceneSurvey survey;  ///< Of the training scenes.
  std::vector<SceneIdentity> validation_identities;
  Baselines baselines;  ///< Fitted on the training scenes.

  int num_train_files() const {
    return static_cast<int>(training.paths.size() + validation.paths.size());
  }
};

/// How scenes are read for the network.
SceneReadOptions read_options(const Settings& settings);

/// Finds (or simulates, into scenes/ of the run folder), splits and surveys the scenes of a run.
/// Throws usage errors for what is wrong with them.
SceneSets prepare_scenes(const bench::RunContext& context, const Settings& settings);

/// How the patches of these settings are made.
PatchSettings patch_settings(const Settings& settings, const SceneSets& sets);

/// A line for people.
std::string describe(const SceneSets& sets);

}  // namespace sciwright::cloudmask
