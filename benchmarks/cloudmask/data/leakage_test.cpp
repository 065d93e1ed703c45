#include "cloudmask/data/leakage.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cloudmask/data/scene_name.h"

namespace sciwright::cloudmask {
namespace {

/// The frame that starts `minute` minutes after the first, of an orbit.
std::string frame(const std::string& mission, int minute, int orbit) {
  const std::int64_t start_s = 1'570'000'000 + 60 * minute;
  return format_scene_name({.mission = mission,
                            .start_s = start_s,
                            .stop_s = start_s + 180,
                            .creation_s = start_s + 90'000,
                            .duration_s = 179,
                            .cycle = 50,
                            .relative_orbit = orbit,
                            .frame = 900 + minute,
                            .centre = "LN2",
                            .platform = "O",
                            .timeliness = "NT",
                            .collection = "003"});
}

TEST(Leakage, FindsDuplicatesNeighboursAndOrbits) {
  const LeakageReport report =
      find_leakage({{frame("S3A", 0, 7)}, {"copy", "abc"}}, {{frame("S3A", 0, 7)},
                                                             {"other", "abc"},
                                                             {frame("S3A", 3, 7)},
                                                             {frame("S3A", 30, 7)},
                                                             {frame("S3B", 3, 8)}});
  EXPECT_EQ(report.num_duplicates, 2);
  EXPECT_EQ(report.num_neighbours, 1);
  EXPECT_EQ(report.num_same_orbit, 1);
  EXPECT_EQ(report.num_unnamed, 1);
  EXPECT_TRUE(report.leaks());
  EXPECT_EQ(leakage_json(report)["num_scenes"], 5);
}

TEST(Leakage, IsNoneBetweenOrbitsApart) {
  const LeakageReport report = find_leakage({{frame("S3A", 0, 7)}}, {{frame("S3A", 101, 8)}});
  EXPECT_FALSE(report.leaks());
  EXPECT_EQ(leakage_text(report, "test"),
            "Of 1 test scenes 0 are training scenes, 0 touch one, 0 are of the same orbit as one.");
}

TEST(Leakage, GivesAnExample) {
  const LeakageReport report = find_leakage({{"a", "1"}}, {{"b", "1"}});
  EXPECT_EQ(leakage_text(report, "validation"),
            "Of 1 validation scenes 1 are training scenes, 0 touch one, 0 are of the same orbit as "
            "one; the names of 1 tell neither time nor orbit. For example: b is a.");
}

}  // namespace
}  // namespace sciwright::cloudmask
