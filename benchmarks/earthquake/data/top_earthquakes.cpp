#include "earthquake/data/top_earthquakes.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "io/compressed_stream.h"
#include "io/csv.h"

namespace sciwright::earthquake {

std::vector<Event> largest_events(const std::vector<Event>& events, int count) {
  std::vector<Event> largest = events;
  std::stable_sort(largest.begin(), largest.end(),
                   [](const Event& a, const Event& b) { return a.magnitude > b.magnitude; });
  largest.resize(std::min(largest.size(), static_cast<std::size_t>(count)));
  return largest;
}

std::vector<TopEarthquake> top_earthquakes_of(const std::vector<Event>& events) {
  constexpr std::int64_t kMsPerDay = 86'400'000;
  std::vector<TopEarthquake> out;
  for (const Event& e : events) {
    const std::int64_t day = e.time_ms / kMsPerDay - (e.time_ms % kMsPerDay < 0 ? 1 : 0);
    out.push_back({.day = day,
                   .latitude_deg = e.latitude_deg,
                   .longitude_deg = e.longitude_deg,
                   .magnitude = e.magnitude,
                   .depth_km = e.depth_km,
                   .name = fmt::format("{} M{:.1f}", iso_date(day), e.magnitude)});
  }
  return out;
}

std::vector<TopEarthquake> read_top_earthquakes(const std::filesystem::path& path) {
  const std::string text = io::read_decompressed(path);
  io::CsvReader rows(text, {.name = path.string()});
  rows.next();
  rows.use_as_header();
  const auto date = rows.column("date");
  const auto longitude = rows.column("longitude");
  const auto latitude = rows.column("latitude");
  const auto magnitude = rows.column("mag");
  const auto depth = rows.column("depth");
  const auto name = rows.column("name");
  std::vector<TopEarthquake> out;
  while (rows.next()) {
    out.push_back({.day = parse_iso_date(std::string(rows.text(date)).substr(0, 10)),
                   .latitude_deg = rows.number(latitude),
                   .longitude_deg = rows.number(longitude),
                   .magnitude = rows.number(magnitude),
                   .depth_km = rows.number(depth),
                   .name = std::string(rows.text(name))});
  }
  return out;
}

}  // namespace sciwright::earthquake
