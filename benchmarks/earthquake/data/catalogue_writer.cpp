#include "earthquake/data/catalogue_writer.h"

#include <iterator>
#include <string>

#include <fmt/format.h>

#include "base/clock.h"
#include "io/compressed_stream.h"

namespace sciwright::earthquake {

void write_catalogue(const std::filesystem::path& path, const std::vector<Event>& events) {
  constexpr std::int64_t kNsPerMs = 1'000'000;
  std::string text = "time,lat,lon,depth_km,mag,evtype\n";
  // "{}" writes the shortest text that reads back as the same number.
  for (const Event& e : events) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},eq\n",
                   utc_iso8601(e.time_ms * kNsPerMs, 3), e.latitude_deg, e.longitude_deg,
                   e.depth_km, e.magnitude);
  }
  io::write_compressed(path, text, io::compression_of_name(path));
}

}  // namespace sciwright::earthquake
