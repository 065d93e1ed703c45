#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cloudmask/data/scene.h"

namespace sciwright::cloudmask {

/// The scene files below a folder (a file stands for itself), at any depth, whose names match one
/// of the shell patterns ("S3A*.hdf"); sorted by path, so that no result depends on the order of
/// directories. Throws a usage error when the path does not exist or no file matches.
std::vector<std::filesystem::path> find_scenes(const std::filesystem::path& root,
                                               const std::vector<std::string>& patterns);

/// The same with SLSTR level-1 products (folders named ….SEN3, or `root` itself) among them.
std::vector<std::filesystem::path> find_scenes_and_products(
    const std::filesystem::path& root, const std::vector<std::string>& patterns);

/// Throws one usage error with every pair of scenes of one name: their masks would be one file.
void require_different_names(const std::vector<std::filesystem::path>& scenes);

/// Day or night by a folder of that name on the way to the file, as the benchmark's test set.
DayNight day_night_of(const std::filesystem::path& path);

}  // namespace sciwright::cloudmask
