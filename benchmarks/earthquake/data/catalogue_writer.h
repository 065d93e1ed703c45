#pragma once

#include <filesystem>
#include <vector>

#include "earthquake/data/event.h"

namespace sciwright::earthquake {

/// Writes events as our CSV (time, lat, lon, depth_km, mag, evtype), atomically and packed as the
/// name says (.csv, .csv.gz, .csv.xz, .csv.zst). read_catalogue gives back exactly these events.
/// Throws a failure that names the path when it cannot be written.
void write_catalogue(const std::filesystem::path& path, const std::vector<Event>& events);

}  // namespace sciwright::earthquake
