#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "earthquake/data/daily_bins.h"

namespace sciwright::earthquake {

/// A catalogue's daily bins, and what a run tells about it without reading it again.
struct BinnedCatalogue {
  DailyBins days;
  Catalogue facts;  ///< Its counts and bad lines; `events` are only those the caller keeps.
};

/// Where the bins of a catalogue with this content hash are kept, under `directory`
/// (cache_directory() as a rule).
std::filesystem::path binned_cache_path(const std::filesystem::path& directory,
                                        const std::string& content_hash);

/// Stores the bins as HDF5 under the content hash of `facts`, in one step. The file may be deleted
/// at any time. Throws a failure that names the path when it cannot be written.
void store_binned_cache(const std::filesystem::path& directory, const BinnedCatalogue& binned);

/// What was stored for this content hash; nothing when there is no such file, or one that is
/// damaged, of another content or of another version of the format: the caller then bins again.
std::optional<BinnedCatalogue> load_binned_cache(const std::filesystem::path& directory,
                                                 const std::string& content_hash);

}  // namespace sciwright::earthquake
