#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "io/download.h"

namespace sciwright::earthquake {

/// Where the earthquake data are fetched from.
struct FetchSettings {
  /// "scedc": the yearly files of the Southern California Earthquake Data Center, which the
  /// reference's data agree with (cite doi:10.7909/C3WD3xH1). "usgs": the ComCat catalogue by the
  /// FDSN event service.
  std::string source = "scedc";
  std::string scedc_url = "https://service.scedc.caltech.edu/ftp/catalogs/SCEC_DC/";
  std::string usgs_url = "https://earthquake.usgs.gov/fdsnws/event/1/";
  /// Fault sections of the 2023 US National Seismic Hazard Model; empty fetches none.
  std::string faults_url =
      "https://raw.githubusercontent.com/opensha/opensha/"
      "7f672128c75a4a51ea1cd1eae5ad596ec8be426c/src/main/resources/data/erf/nshm23/fault_models/"
      "v3/NSHM23_FSD_v3.geojson";
  int first_year = 1950;
  int last_year = 2026;     ///< Fetched anew each time, because it may still grow.
  int usgs_limit = 20'000;  ///< Events the service gives at once; longer spans are halved.
};

/// What a fetch has done, and where things are.
struct FetchReport {
  std::filesystem::path catalogue;        ///< Folder to pass to read_catalogue: a file per year.
  std::filesystem::path faults;           ///< Empty when none was asked for.
  std::filesystem::path top_earthquakes;  ///< The 20 largest events of the catalogue.
  std::filesystem::path checksums;        ///< SHA256SUMS, as sha256sum writes and checks.
  int num_fetched = 0;
  int num_kept = 0;  ///< Files that were there with the right checksum.
  std::int64_t num_earthquakes = 0;
};

/// Called before each file: its name, how many files are done and how many there are in all.
using FetchProgress = std::function<void(const std::string& file, int done, int total)>;

/// Fetches catalogue and faults into `directory` and derives the largest events. May be broken off
/// and called again at any time: whole files are kept, a part is continued. Files are checked to be
/// catalogues before they get their name; their checksums are noted in SHA256SUMS at once.
/// Throws an Error that names the address (see io::download), and a usage error for bad settings,
/// or while another program fetches into the folder.
FetchReport fetch_earthquake_data(const FetchSettings& settings,
                                  const std::filesystem::path& directory,
                                  const io::DownloadOptions& options = {},
                                  const FetchProgress& progress = {});

}  // namespace sciwright::earthquake
