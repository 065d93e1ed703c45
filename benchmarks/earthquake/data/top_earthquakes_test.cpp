#include "earthquake/data/top_earthquakes.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"

namespace sciwright::earthquake {
namespace {

TEST(TopEarthquakes, AreTheLargestWithEarlierOnesFirst) {
  const std::vector<Event> largest = largest_events({{.time_ms = 1, .magnitude = 5},
                                                     {.time_ms = 2, .magnitude = 6},
                                                     {.time_ms = 3, .magnitude = 5}},
                                                    2);
  ASSERT_EQ(largest.size(), 2U);
  EXPECT_EQ(largest[0].time_ms, 2);
  EXPECT_EQ(largest[1].time_ms, 1);
}

TEST(TopEarthquakes, AreNamedByDateAndMagnitude) {
  const auto top = top_earthquakes_of({{.time_ms = -1, .magnitude = 7.25}});
  EXPECT_EQ(top.at(0).name, "1969-12-31 M7.2");
}

TEST(TopEarthquakes, AreReadFromTheReferencesFile) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "top.csv",
                    "date,longitude,latitude,mag,depth,name\n"
                    "1992-06-28,-116.437,34.2,7.3,1,\"Landers, California Earthquake\"\n");
  const auto top = read_top_earthquakes(dir.path() / "top.csv");
  ASSERT_EQ(top.size(), 1U);
  EXPECT_EQ(top[0].name, "Landers, California Earthquake");
  EXPECT_EQ(iso_date(top[0].day), "1992-06-28");
}

TEST(TopEarthquakes, NameTheBadLine) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "top.csv",
                    "date,longitude,latitude,mag,depth,name\n1992-06-28,west,34.2,7.3,1,x\n");
  EXPECT_THROW(read_top_earthquakes(dir.path() / "top.csv"), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
