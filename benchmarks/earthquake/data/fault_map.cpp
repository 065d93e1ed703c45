#include "earthquake/data/fault_map.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/random.h"
#include "earthquake/data/gilbert_curve.h"
#include "earthquake/data/grid.h"
#include "io/compressed_stream.h"
#include "io/csv.h"

namespace sciwright::earthquake {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// A place in degrees of latitude north and as long degrees east: distances compare as on the map.
struct FlatPoint {
  double east = 0;
  double north = 0;
};

FlatPoint flat(double latitude_deg, double longitude_deg) {
  static const double kShrink = std::cos((kNorthDeg + kSouthDeg) / 2 * std::numbers::pi / 180);
  return {longitude_deg * kShrink, latitude_deg};
}

FlatPoint centre_of(int loc) { return flat(pixel_latitude_deg(loc), pixel_longitude_deg(loc)); }

double squared_distance(const FlatPoint& a, const FlatPoint& b) {
  return (a.east - b.east) * (a.east - b.east) + (a.north - b.north) * (a.north - b.north);
}

double squared_distance_to_segment(const FlatPoint& p, const FlatPoint& a, const FlatPoint& b) {
  const double length = squared_distance(a, b);
  double fraction = 0;
  if (length > 0) {
    fraction = ((p.east - a.east) * (b.east - a.east) + (p.north - a.north) * (b.north - a.north)) /
               length;
    fraction = std::clamp(fraction, 0.0, 1.0);
  }
  return squared_distance(
      p, {a.east + fraction * (b.east - a.east), a.north + fraction * (b.north - a.north)});
}

double squared_distance_to_section(const FlatPoint& p, const FaultSection& section) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const FaultLine& line : section) {
    FlatPoint last = flat(line.front().latitude_deg, line.front().longitude_deg);
    for (const GeoPoint& corner : line) {
      const FlatPoint next = flat(corner.latitude_deg, corner.longitude_deg);
      nearest = std::min(nearest, squared_distance_to_segment(p, last, next));
      last = next;
    }
  }
  return nearest;
}

FaultLine parse_line(const Json& coordinates) {
  FaultLine line;
  for (const Json& corner : coordinates) {
    line.push_back({corner.at(1).get<double>(), corner.at(0).get<double>()});
  }
  return line;
}

FaultSection parse_section(const Json& geometry) {
  FaultSection section;
  const auto type = geometry.at("type").get<std::string>();
  if (type == "LineString") section.push_back(parse_line(geometry.at("coordinates")));
  if (type == "MultiLineString") {
    for (const Json& line : geometry.at("coordinates")) section.push_back(parse_line(line));
  }
  std::erase_if(section, [](const FaultLine& line) { return line.empty(); });
  return section;
}

std::vector<FaultSection> parse_sections(const std::string& text, const std::string& file) {
  std::vector<FaultSection> sections;
  try {
    const Json document = Json::parse(text);
    for (const Json& feature : document.at("features")) {
      const Json& geometry = feature.at("geometry");
      if (geometry.is_null()) continue;
      FaultSection section = parse_section(geometry);
      if (!section.empty()) sections.push_back(std::move(section));
    }
  } catch (const Json::exception& error) {
    throw usage_error(fmt::format("{}: cannot read as GeoJSON: {}", file, error.what()));
  }
  if (sections.empty()) {
    throw usage_error(fmt::format(
        "{}: has no fault line (no feature with LineString or MultiLineString geometry)", file));
  }
  return sections;
}

/// 40 lines of 60 whole numbers, 0 or more.
std::vector<int> parse_grid(const std::string& text, const std::string& file) {
  std::vector<int> grid;
  io::CsvReader reader(text, {.name = file});
  while (reader.next()) {
    if (reader.fields().size() != kGridColumns) {
      throw usage_error(fmt::format("{}: has {} numbers, expected {}", reader.where(),
                                    reader.fields().size(), kGridColumns));
    }
    for (std::size_t column = 0; column < kGridColumns; ++column) {
      const std::int64_t group = reader.integer(column);
      if (group < 0 || group > std::numeric_limits<int>::max()) {
        throw usage_error(
            fmt::format("{}: {} is no fault group, expected 0 or more", reader.where(), group));
      }
      grid.push_back(static_cast<int>(group));
    }
  }
  if (grid.size() != kGridPixels) {
    throw usage_error(
        fmt::format("{}: has {} lines, expected {}", file, grid.size() / kGridColumns, kGridRows));
  }
  return grid;
}

/// Borders between regions in pixel edges: borders[a][b].
std::map<int, std::map<int, int>> borders_of(const std::vector<int>& regions) {
  std::map<int, std::map<int, int>> borders;
  const auto count = [&](int loc, int other) {
    const int a = regions[static_cast<std::size_t>(loc)];
    const int b = regions[static_cast<std::size_t>(other)];
    if (a == b) return;
    ++borders[a][b];
    ++borders[b][a];
  };
  for (int loc = 0; loc < kGridPixels; ++loc) {
    if (loc % kGridColumns + 1 < kGridColumns) count(loc, loc + 1);
    if (loc + kGridColumns < kGridPixels) count(loc, loc + kGridColumns);
  }
  return borders;
}

std::map<int, int> sizes_of(const std::vector<int>& regions) {
  std::map<int, int> sizes;
  for (const int region : regions) ++sizes[region];
  return sizes;
}

/// The key with the largest value; of equals the lowest key.
int key_of_largest(const std::map<int, int>& values) {
  return std::max_element(values.begin(), values.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

std::size_t nearest_centre(const FlatPoint& p, const std::vector<FlatPoint>& centres) {
  const auto nearer = [&](const FlatPoint& a, const FlatPoint& b) {
    return squared_distance(p, a) < squared_distance(p, b);
  };
  return static_cast<std::size_t>(std::min_element(centres.begin(), centres.end(), nearer) -
                                  centres.begin());
}

/// k-means++: each further centre is a pixel drawn with weight times squared distance.
std::vector<FlatPoint> start_centres(const std::vector<double>& weights, std::uint64_t seed) {
  RandomStream random(derive_seed(seed, "fault clusters"));
  std::vector<FlatPoint> centres;
  std::vector<double> sums(weights.size());
  while (centres.size() < kNumFaultGroups) {
    double sum = 0;
    for (int loc = 0; loc < kGridPixels; ++loc) {
      const FlatPoint p = centre_of(loc);
      const double spread =
          centres.empty() ? 1 : squared_distance(p, centres[nearest_centre(p, centres)]);
      sum += weights[static_cast<std::size_t>(loc)] * spread;
      sums[static_cast<std::size_t>(loc)] = sum;
    }
    if (sum <= 0) return centres;  // fewer pixels with events than centres
    const auto drawn = std::upper_bound(sums.begin(), sums.end() - 1, random.uniform() * sum);
    centres.push_back(centre_of(static_cast<int>(drawn - sums.begin())));
  }
  return centres;
}

/// Moves centres to the means of their pixels; true when one moved.
bool improve_centres(const std::vector<double>& weights, std::vector<FlatPoint>& centres) {
  std::vector<FlatPoint> sums(centres.size());
  std::vector<double> masses(centres.size());
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const double weight = weights[static_cast<std::size_t>(loc)];
    const FlatPoint p = centre_of(loc);
    const std::size_t nearest = nearest_centre(p, centres);
    sums[nearest].east += weight * p.east;
    sums[nearest].north += weight * p.north;
    masses[nearest] += weight;
  }
  bool moved = false;
  for (std::size_t i = 0; i < centres.size(); ++i) {
    if (masses[i] <= 0) continue;
    const FlatPoint mean = {sums[i].east / masses[i], sums[i].north / masses[i]};
    moved = moved || squared_distance(mean, centres[i]) > 0;
    centres[i] = mean;
  }
  return moved;
}

}  // namespace

FaultMap read_fault_labels(const fs::path& directory) {
  const fs::path folder = fs::is_directory(directory / "faults") ? directory / "faults" : directory;
  FaultMap map;
  map.source = folder.string();
  for (std::size_t k = 0; k < map.labels.size(); ++k) {
    const std::string file = (folder / fmt::format("pix_faults_label_{}.csv", k)).string();
    map.labels[k] = parse_grid(io::read_decompressed(file), file);
  }
  return map;
}

FaultMap read_fault_map(const fs::path& path) {
  const std::string text = io::read_decompressed(path);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos || text[start] != '{') {
    return {labels_of_groups(parse_grid(text, path.string())), path.string()};
  }
  FaultMap map = fault_map_of_sections(parse_sections(text, path.string()));
  map.source = fmt::format("{}: {}", path.string(), map.source);
  return map;
}

FaultMap fault_map_of_sections(const std::vector<FaultSection>& sections) {
  const auto groups = merge_into_groups(nearest_sections(sections), kNumFaultGroups);
  return {labels_of_groups(groups),
          fmt::format("{} fault sections in {} groups", sections.size(), sizes_of(groups).size())};
}

FaultMap cluster_fault_map(const PixelSeries<std::int32_t>& num_events, std::uint64_t seed) {
  std::vector<double> weights(kGridPixels);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const auto counts = num_events.row(loc);
    weights[static_cast<std::size_t>(loc)] = std::accumulate(counts.begin(), counts.end(), 0.0);
  }
  std::vector<FlatPoint> centres = start_centres(weights, seed);
  if (centres.empty()) throw usage_error("fault labels: there are no epicentres to cluster");
  constexpr int kMostRounds = 100;
  for (int round = 0; round < kMostRounds && improve_centres(weights, centres); ++round) {
  }
  std::vector<int> groups(kGridPixels);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    groups[static_cast<std::size_t>(loc)] =
        static_cast<int>(nearest_centre(centre_of(loc), centres));
  }
  return {labels_of_groups(groups),
          fmt::format("{} clusters of epicentres (no fault file)", centres.size())};
}

FaultLabels labels_of_groups(const std::vector<int>& groups) {
  const std::vector<GridCell> curve = gilbert_curve(kGridColumns, kGridRows);
  FaultLabels labels;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    std::map<int, int> numbers;
    for (const GridCell& cell : curve) {
      const int row = k % 2 == 0 ? cell.row : kGridRows - 1 - cell.row;
      const int column = k < 2 ? cell.column : kGridColumns - 1 - cell.column;
      numbers.emplace(groups[static_cast<std::size_t>(row * kGridColumns + column)],
                      static_cast<int>(numbers.size()));
    }
    for (const int group : groups) labels[k].push_back(numbers.at(group));
  }
  return labels;
}

std::vector<FaultSection> read_fault_sections(const fs::path& path) {
  return parse_sections(io::read_decompressed(path), path.string());
}

std::vector<int> nearest_sections(const std::vector<FaultSection>& sections) {
  std::vector<int> nearest(kGridPixels);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    const FlatPoint p = centre_of(loc);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < sections.size(); ++i) {
      const double distance = squared_distance_to_section(p, sections[i]);
      if (distance < best) {
        best = distance;
        nearest[static_cast<std::size_t>(loc)] = static_cast<int>(i);
      }
    }
  }
  return nearest;
}

std::vector<int> merge_into_groups(std::vector<int> regions, int num_groups) {
  while (true) {
    std::map<int, int> sizes = sizes_of(regions);
    if (static_cast<int>(sizes.size()) <= num_groups) return regions;
    for (auto& [region, size] : sizes) size = -size;
    const int smallest = key_of_largest(sizes);
    const int neighbour = key_of_largest(borders_of(regions).at(smallest));
    std::replace(regions.begin(), regions.end(), smallest, neighbour);
  }
}

}  // namespace sciwright::earthquake
