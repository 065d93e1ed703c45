#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace sciwright::earthquake {

/// The pixels of a run and which of them are kept for validation.
struct PixelSplit {
  std::vector<int> locs;                    ///< Ascending.
  std::vector<std::uint8_t> is_validation;  ///< One per loc; all 0 when pixels are not split.

  int num_validation() const;
  /// Positions in `locs` of the training pixels.
  std::vector<int> training_rows() const;
};

/// Part of the pixels kept for validation.
inline constexpr double kValidationFraction = 0.2;

/// All pixels train.
PixelSplit unsplit(const std::vector<int>& locs);

/// A random fifth of the pixels validates; equal seeds give equal splits.
PixelSplit random_split(const std::vector<int>& locs, std::uint64_t seed);

/// The reference's pixels and split, from `reference_active_500.txt`, `reference_training_400.txt`
/// and `reference_validation_100.txt` in a directory. Throws a usage error that names the file for
/// lists that cannot be read, hold no pixel numbers or do not fit together.
PixelSplit reference_split(const std::filesystem::path& directory);

}  // namespace sciwright::earthquake
