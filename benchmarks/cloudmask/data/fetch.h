#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "io/download.h"

namespace sciwright::cloudmask {

/// Where the public scenes are.
struct FetchSettings {
  /// Endpoint and bucket of the STFC; no login.
  std::string base_url = "https://s3.echo.stfc.ac.uk/sciml-datasets";
  std::string prefix = "es/cloud_slstr_ds1";
  std::string part;  ///< "training" (163 GB), "inference" (17 GB), or both when empty.
  int limit = 0;     ///< Files of each part, the first by name; 0: all.
};

/// One file to fetch.
struct RemoteScene {
  std::string url;
  std::filesystem::path path;  ///< `directory`/training/… or `directory`/inference/….
  std::int64_t num_bytes = 0;
  bool is_there = false;  ///< With the right size.
};

/// Lists what there is to fetch. The set's older folder names (one-day, ssts) are looked at where
/// the newer (training, inference) are empty. Throws an Error that names the address, a usage error
/// for another part, and a failure where nothing is found.
std::vector<RemoteScene> plan_fetch(const FetchSettings& settings,
                                    const std::filesystem::path& directory,
                                    const io::DownloadOptions& options = {});

/// Fetches what is not there. May be broken off and called again: whole files are kept, a part is
/// continued. `progress` hears of each file before it is fetched. Throws a usage error at once when
/// the disk is too small, an Error that names the address for what fails, and a mismatch for a file
/// that is not as long as listed.
void fetch_scenes(const std::vector<RemoteScene>& scenes, const io::DownloadOptions& options = {},
                  const std::function<void(std::size_t index)>& progress = {});

/// "970 files, 163.0 GB; 12 files, 2.0 GB of them are there".
std::string plan_text(const std::vector<RemoteScene>& scenes);

}  // namespace sciwright::cloudmask
