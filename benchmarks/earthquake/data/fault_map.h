#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "earthquake/data/pixel_series.h"
#include "earthquake/data/quantities.h"

namespace sciwright::earthquake {

/// Groups of faults the reference distinguishes.
inline constexpr int kNumFaultGroups = 36;

/// The four fault labels of each pixel, and where they come from (files, or clusters of epicentres
/// and no faults).
struct FaultMap {
  FaultLabels labels;
  std::string source;
};

/// Reads the reference's own labels, pix_faults_label_0.csv … _3.csv (40 lines of 60 numbers from
/// 0), from a directory or its subdirectory faults. Throws a usage error that names file and line.
FaultMap read_fault_labels(const std::filesystem::path& directory);

/// Makes the labels from a file: fault sections as GeoJSON, or a CSV of 40 lines of 60 group
/// numbers (as the reference's pix_faults_SmallJan21.csv). Packed files are unpacked.
FaultMap read_fault_map(const std::filesystem::path& path);

/// Stands in where there is no fault file: k-means clusters (k-means++ start, 36 centres) of the
/// epicentres, a pixel weighing as much as it has events; each pixel gets the nearest centre.
/// `num_events` is [2400, times]; pass no times after the training where the future must not leak.
/// Throws a usage error without events.
FaultMap cluster_fault_map(const PixelSeries<std::int32_t>& num_events, std::uint64_t seed);

/// The four labels of a map of groups [2400]: groups are numbered in the order in which a gilbert
/// curve over the 60 × 40 grid from the north-west corner, and the curve reflected north–south,
/// east–west and both ways, first meet them.
FaultLabels labels_of_groups(const std::vector<int>& groups);

/// A corner of a fault line.
struct GeoPoint {
  double latitude_deg = 0;
  double longitude_deg = 0;
};
using FaultLine = std::vector<GeoPoint>;
/// A fault section: the lines it consists of.
using FaultSection = std::vector<FaultLine>;

/// Reads the features with LineString or MultiLineString geometry of a GeoJSON file. Throws a usage
/// error that names the file when it is no GeoJSON or has no line.
std::vector<FaultSection> read_fault_sections(const std::filesystem::path& path);

/// Gives each pixel the nearest section and joins the pixels to 36 groups (merge_into_groups).
FaultMap fault_map_of_sections(const std::vector<FaultSection>& sections);

/// For each of the 2400 pixels the index of the section nearest to its centre.
std::vector<int> nearest_sections(const std::vector<FaultSection>& sections);

/// Joins regions of the grid until `num_groups` are left: the smallest one to the neighbour it has
/// the longest border with (of equals the one with the lowest number).
std::vector<int> merge_into_groups(std::vector<int> regions, int num_groups);

}  // namespace sciwright::earthquake
