#pragma once

#include <filesystem>

#include "cloudmask/data/scene_writer.h"

namespace sciwright::cloudmask {

/// Reads an SLSTR level-1 product, a folder `S3A_SL_1_RBT____….SEN3` of netCDF-4 files (nadir
/// view): radiances of S1 … S6 (500 m, the mean of 2×2 pixels is taken), brightness temperatures of
/// S7 … S9 (1 km), `bayes_in` and `confidence_in` (land, summary_cloud), latitude and longitude
/// where geodetic_in is there, and makes of the radiances true reflectances
///   π · radiance / (irradiance · cos(solar zenith)),
/// with the irradiance of each channel's quality file (first detector) and the solar zenith of
/// geometry_tn, interpolated between tie points by the products' Cartesian coordinates; below the
/// horizon the cosine counts as 1 (the reference's formula; its published script stored the
/// radiances instead, spec D1). Missing values are NaN; `scene.valid` is left empty.
/// Throws a usage error that names all files that are missing, or file, variable and what was
/// expected.
SceneContent read_sen3(const std::filesystem::path& folder);

/// The same as a scene ready to be masked: holes are 0 and `valid` is set. `label_bits` of
/// `bayes_in` mean cloud.
Scene read_sen3_scene(const std::filesystem::path& folder, unsigned label_bits = 0xFFFF);

/// Writes `directory`/<name of the product>.hdf in the benchmark's layout; returns its path.
std::filesystem::path convert_sen3(const std::filesystem::path& folder,
                                   const std::filesystem::path& directory);

}  // namespace sciwright::cloudmask
