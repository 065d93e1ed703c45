#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sciwright::earthquake {

/// One earthquake of a catalogue.
struct Event {
  std::int64_t time_ms = 0;  ///< UTC, milliseconds since 1970-01-01; negative before.
  double latitude_deg = 0;
  double longitude_deg = 0;
  double depth_km = 0;
  double magnitude = 0;
};

/// Earthquakes in time order, and what was left out on the way.
struct Catalogue {
  std::vector<Event>
      events;  ///< Inside the grid's box, quarry blasts dropped, sorted by time (stable).
  std::int64_t num_rows = 0;  ///< Data rows read, all kinds.
  std::int64_t num_quarry_blasts = 0;
  std::int64_t num_other_kinds = 0;  ///< Sonic booms, teleseisms and the like.
  std::int64_t num_outside_box = 0;
  std::int64_t num_repeated = 0;  ///< Left out because another file has the same event id.
  std::vector<std::string>
      bad_lines;             ///< "file:line: what was found" for rows that could not be read.
  std::string source;        ///< A path, or how the events were simulated.
  std::string content_hash;  ///< SHA-256 of the input bytes (or of the simulation's settings).
};

}  // namespace sciwright::earthquake
