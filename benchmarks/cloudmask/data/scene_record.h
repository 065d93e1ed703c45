#pragma once

#include <filesystem>
#include <vector>

#include "cloudmask/data/leakage.h"

namespace sciwright::cloudmask {

/// The scenes of a run.
struct SceneRecord {
  std::vector<SceneIdentity> training;
  std::vector<SceneIdentity> validation;
  std::vector<SceneIdentity> test;
};

/// The file of a run's record; it stands beside the model.
std::filesystem::path scene_record_file(const std::filesystem::path& run);

/// Writes the record, or, where the run has one already (it is resumed), compares: throws a usage
/// error that names every scene that is missing, new or has other channels or labels.
void keep_scene_record(const std::filesystem::path& run, const SceneRecord& record);

/// The record of a run; throws a usage error for a file that is none.
SceneRecord read_scene_record(const std::filesystem::path& run);

}  // namespace sciwright::cloudmask
