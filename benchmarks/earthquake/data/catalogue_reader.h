#pragma once

#include <filesystem>
#include <string>

#include "earthquake/data/event.h"

namespace sciwright::earthquake {

/// Reads an earthquake catalogue: a file, or a directory whose .csv, .txt, .cat and .catalog files
/// are read in the order of their names and merged (an event id that comes twice counts once, as
/// the later file has it). Packed files (.gz, .xz, .zst, .bz2) are unpacked on the way. The format
/// is told from the content:
/// - CSV with the columns time, lat, lon, depth_km, mag and optionally evtype, evid (ours);
/// - CSV of the USGS ComCat: time, latitude, longitude, depth, mag and optionally type, id;
/// - FDSN event text: #EventID | Time | Latitude | Longitude | Depth/km | ... | Magnitude | ...;
/// - SCEDC yearly files: #YYY/MM/DD HH:mm:SS.ss ET GT MAG M LAT LON DEPTH Q EVID NPH NGRM.
/// Times are UTC, magnitudes are taken as they are. Quarry blasts and other kinds of events are
/// dropped, events outside the grid's box likewise; all are counted. Lines that cannot be read are
/// listed in bad_lines.
/// Throws a usage error for a damaged file, an unknown format, more than 1 % of bad lines (showing
/// the first), and when no earthquake is left (saying where the events are).
Catalogue read_catalogue(const std::filesystem::path& path);

/// What Catalogue::content_hash of this file or directory is, without reading the events.
std::string catalogue_content_hash(const std::filesystem::path& path);

}  // namespace sciwright::earthquake
