#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "earthquake/data/event.h"

namespace sciwright::earthquake {

/// An event marked in plots.
struct TopEarthquake {
  std::int64_t day = 0;  ///< Days since 1970-01-01.
  double latitude_deg = 0;
  double longitude_deg = 0;
  double magnitude = 0;
  double depth_km = 0;
  std::string name;
};

/// The largest events, largest first; of equals the earlier first.
std::vector<Event> largest_events(const std::vector<Event>& events, int count);

/// Events as they are marked; the name is date and magnitude.
std::vector<TopEarthquake> top_earthquakes_of(const std::vector<Event>& events);

/// Reads a CSV with the columns date, longitude, latitude, mag, depth, name. Throws a usage error
/// that names file and line.
std::vector<TopEarthquake> read_top_earthquakes(const std::filesystem::path& path);

}  // namespace sciwright::earthquake
