#include "earthquake/data/fault_map.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

using ::testing::HasSubstr;

std::filesystem::path real_data() {
  const char* shared = std::getenv("SCIWRIGHT_SHARED");
  return std::filesystem::path(shared != nullptr ? shared : SCIWRIGHT_SOURCE_DIR "/../shared") /
         "data/earthquake";
}

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  return "no error";
}

std::size_t num_distinct(const std::vector<int>& values) {
  return std::set<int>(values.begin(), values.end()).size();
}

/// A GeoJSON text of north–south faults at these longitudes.
std::string geojson(const std::vector<std::string>& longitudes) {
  std::string text = R"({"type": "FeatureCollection", "features": [)";
  for (std::size_t i = 0; i < longitudes.size(); ++i) {
    const std::string& lon = longitudes[i];
    text += std::string(i > 0 ? "," : "") +
            R"({"type": "Feature", "properties": {}, "geometry": {"type": "LineString", )" +
            R"("coordinates": [[)" + lon + ", 31], [" + lon + ", 37]]}}";
  }
  return text + "]}";
}

TEST(FaultMap, HasTheReferencesStatistics) {
  if (!std::filesystem::exists(real_data())) GTEST_SKIP() << real_data() << " is not here";
  const FaultMap map = read_fault_labels(real_data() / "faults");
  double sum = 0;
  for (const int label : map.labels[0]) sum += label;
  EXPECT_NEAR(sum / kGridPixels, 19.907, 0.0005);
  EXPECT_EQ(map.labels[0][0], 0);
  EXPECT_EQ(num_distinct(map.labels[3]), 36U);
}

TEST(LabelsOfGroups, GiveTheReferencesFourLabelsFromItsFirst) {
  if (!std::filesystem::exists(real_data())) GTEST_SKIP() << real_data() << " is not here";
  const FaultMap reference = read_fault_labels(real_data() / "faults");
  EXPECT_EQ(labels_of_groups(reference.labels[0]), reference.labels);
  EXPECT_EQ(labels_of_groups(reference.labels[2]), reference.labels);
}

TEST(LabelsOfGroups, NumberGroupsAsTheCurveMeetsThem) {
  // Group 9 in the north-west corner, 7 in the other three, 5 elsewhere.
  std::vector<int> groups(kGridPixels, 5);
  groups[0] = 9;
  groups[kGridColumns - 1] = 7;
  groups[kGridPixels - 1] = 7;
  groups[kGridPixels - kGridColumns] = 7;
  const FaultLabels labels = labels_of_groups(groups);
  EXPECT_EQ(labels[0][0], 0);
  EXPECT_EQ(labels[1][kGridPixels - 1], 0);  // reflected: starts at a corner of group 7
  EXPECT_EQ(labels[2][kGridPixels - 1], 0);
  EXPECT_EQ(labels[3][kGridPixels - 1], 0);
  EXPECT_EQ(labels[0][100], 1);
}

TEST(NearestSections, SplitTheBoxBetweenTwoFaults) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "f.geojson", geojson({"-119", "-115"}));
  const auto sections = read_fault_sections(folder.path() / "f.geojson");
  const std::vector<int> nearest = nearest_sections(sections);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    ASSERT_EQ(nearest[static_cast<std::size_t>(loc)], loc % kGridColumns < 30 ? 0 : 1);
  }
}

TEST(MergeIntoGroups, JoinsTheSmallestToTheLongestBorder) {
  // Two columns of 1 between 10 columns of 0 and the rest, 2; one pixel of 3 in the corner of 0.
  std::vector<int> regions(kGridPixels, 2);
  for (int loc = 0; loc < kGridPixels; ++loc) {
    if (loc % kGridColumns < 12) regions[static_cast<std::size_t>(loc)] = 1;
    if (loc % kGridColumns < 10) regions[static_cast<std::size_t>(loc)] = 0;
  }
  regions[0] = 3;
  const std::vector<int> three = merge_into_groups(regions, 3);
  EXPECT_EQ(three[0], 0);
  const std::vector<int> two = merge_into_groups(regions, 2);
  EXPECT_EQ(two[10], 0);  // equal borders with 0 and 2: the lower number
  EXPECT_EQ(merge_into_groups(regions, 9), regions);
}

TEST(FaultMap, MakesThirtySixGroupsOfTheRealSections) {
  const auto file = real_data() / "faults/NSHM23_FSD_v3.geojson";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const FaultMap map = read_fault_map(file);
  EXPECT_EQ(map.source, file.string() + ": 1016 fault sections in 36 groups");
  for (const std::vector<int>& labels : map.labels) {
    EXPECT_EQ(labels.size(), 2400U);
    EXPECT_EQ(num_distinct(labels), 36U);
  }
}

TEST(FaultMap, ReadsAMapOfGroups) {
  const TemporaryDirectory folder;
  std::string text;
  for (int row = 0; row < kGridRows; ++row) {
    for (int column = 0; column < kGridColumns; ++column) {
      text += (column > 0 ? "," : "") + std::to_string(column < 30 ? 8 : 3);
    }
    text += '\n';
  }
  write_file_atomic(folder.path() / "groups.csv", text);
  const FaultMap map = read_fault_map(folder.path() / "groups.csv");
  EXPECT_EQ(map.labels[0][0], 0);
  EXPECT_EQ(map.labels[0][59], 1);
  EXPECT_EQ(map.labels[2][0], 1);
}

TEST(FaultMap, NamesTheLineOfABadMap) {
  const TemporaryDirectory folder;
  const std::string path = (folder.path() / "groups.csv").string();
  write_file_atomic(path, "1,2,3\n");
  EXPECT_EQ(message_of([&] { read_fault_map(path); }), path + ":1: has 3 numbers, expected 60");
  std::string line = "0";
  for (int i = 1; i < 60; ++i) line += ",0";
  write_file_atomic(path, line + "\n");
  EXPECT_EQ(message_of([&] { read_fault_map(path); }), path + ": has 1 lines, expected 40");
}

TEST(FaultMap, NamesABadGeoJson) {
  const TemporaryDirectory folder;
  const std::string path = (folder.path() / "f.geojson").string();
  write_file_atomic(path, "{\"features\": [");
  EXPECT_THAT(message_of([&] { read_fault_map(path); }),
              HasSubstr(path + ": cannot read as GeoJSON"));
  write_file_atomic(path, "{\"features\": []}");
  EXPECT_THAT(message_of([&] { read_fault_sections(path); }), HasSubstr(path + ": has no fault"));
}

TEST(ClusterFaultMap, FindsClustersOfEpicentresAndSaysThatTheyAreNoFaults) {
  PixelSeries<std::int32_t> counts(kGridPixels, 2);
  for (int row = 0; row < kGridRows; ++row) counts.at(row * kGridColumns + row, 1) = row + 1;
  const FaultMap map = cluster_fault_map(counts, 1);
  EXPECT_EQ(map.source, "36 clusters of epicentres (no fault file)");
  for (const std::vector<int>& labels : map.labels) EXPECT_EQ(num_distinct(labels), 36U);
  EXPECT_EQ(cluster_fault_map(counts, 1).labels, map.labels);
}

TEST(ClusterFaultMap, MakesFewerClustersOfFewerPlaces) {
  PixelSeries<std::int32_t> counts(kGridPixels, 1);
  counts.at(100, 0) = 3;
  counts.at(2200, 0) = 5;
  const FaultMap map = cluster_fault_map(counts, 1);
  EXPECT_EQ(num_distinct(map.labels[0]), 2U);
  EXPECT_EQ(map.labels[0][0], 0);
  EXPECT_EQ(map.labels[0][kGridPixels - 1], 1);
}

TEST(ClusterFaultMap, NeedsEpicentres) {
  const PixelSeries<std::int32_t> none(kGridPixels, 1);
  EXPECT_THAT(message_of([&] { cluster_fault_map(none, 1); }), HasSubstr("no epicentres"));
}

}  // namespace
}  // namespace sciwright::earthquake
