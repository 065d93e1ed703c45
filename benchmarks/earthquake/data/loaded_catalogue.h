#pragma once

#include <functional>
#include <string>

#include "earthquake/data/binned_cache.h"
#include "earthquake/data/settings.h"

namespace sciwright::earthquake {

/// A run's catalogue, binned by day; of its events only the largest 20 are kept.
struct LoadedCatalogue {
  BinnedCatalogue binned;
  bool from_cache = false;  ///< The binned cache was used.
};

/// Reads the catalogue of the settings, or simulates it where there is none. `say` gets a line for
/// each row that could not be read. Throws usage errors for bad input.
LoadedCatalogue load_catalogue(const Settings& settings,
                               const std::function<void(const std::string&)>& say);

}  // namespace sciwright::earthquake
