#include "earthquake/data/catalogue_reader.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "earthquake/data/catalogue_writer.h"
#include "io/compressed_stream.h"

namespace sciwright::earthquake {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "time latitude longitude depth magnitude" of each event.
std::vector<std::string> lines_of(const Catalogue& catalogue) {
  std::vector<std::string> lines;
  for (const Event& e : catalogue.events) {
    char text[100];
    std::snprintf(text, sizeof text, "%s %.3f %.3f %.1f %.2f",
                  utc_iso8601(e.time_ms * 1'000'000, 2).c_str(), e.latitude_deg, e.longitude_deg,
                  e.depth_km, e.magnitude);
    lines.emplace_back(text);
  }
  return lines;
}

class ReadCatalogue : public ::testing::Test {
 protected:
  Catalogue read(const std::string& content, const std::string& name = "c.csv") {
    write_file_atomic(folder_.path() / name, content);
    return read_catalogue(folder_.path() / name);
  }

  std::string error_of(const std::string& content) {
    try {
      read(content);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      return error.what();
    }
    return "no error";
  }

  std::string path() const { return (folder_.path() / "c.csv").string(); }

  TemporaryDirectory folder_;
};

const std::string kOurs =
    "time,lat,lon,depth_km,mag,magtype,evtype,geotype,quality,evid,src\n"
    "1950-01-03T11:26:30.04Z,33.941,-115.888,6,3.37,l,eq,l,C,3361691,A\n"
    "1985-02-01T00:00:00.00Z,33.5,-116,6,1.37,l,qb,l,C,3361692,A\n"
    "1950-01-03T17:26:38.86Z,33.889,-117.438,4.2,2.67,l,eq,l,C,3361693,A\n";

TEST_F(ReadCatalogue, ReadsOurCsvAndDropsQuarryBlasts) {
  const Catalogue catalogue = read(kOurs);
  EXPECT_THAT(lines_of(catalogue), ElementsAre("1950-01-03T11:26:30.04Z 33.941 -115.888 6.0 3.37",
                                               "1950-01-03T17:26:38.86Z 33.889 -117.438 4.2 2.67"));
  EXPECT_EQ(catalogue.num_rows, 3);
  EXPECT_EQ(catalogue.num_quarry_blasts, 1);
  EXPECT_THAT(catalogue.bad_lines, IsEmpty());
  EXPECT_EQ(catalogue.source, path());
}

TEST_F(ReadCatalogue, ReadsTheUsgsCsv) {
  const Catalogue catalogue = read(
      "time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type\n"
      "2019-07-06T03:19:53.040Z,35.7695,-117.599333,8,7.1,mw,,,,,ci,ci38457511,2022,"
      "\"2019 Ridgecrest, \"\"the\"\" large one\",earthquake\n"
      "2019-07-05T11:07:53.040Z,35.76,-117.57,6.5,5.36,mw,,,,,ci,ci38450263,2022,x,earthquake\n"
      "2019-07-05T12:07:53.040Z,35.76,-117.57,0,1.36,ml,,,,,ci,ci384,2022,x,quarry blast\n"
      "2019-07-05T13:07:53.040Z,35.76,-117.57,0,1.36,ml,,,,,ci,ci385,2022,x,sonic boom\n");
  EXPECT_THAT(lines_of(catalogue), ElementsAre("2019-07-05T11:07:53.04Z 35.760 -117.570 6.5 5.36",
                                               "2019-07-06T03:19:53.04Z 35.770 -117.599 8.0 7.10"));
  EXPECT_EQ(catalogue.num_quarry_blasts, 1);
  EXPECT_EQ(catalogue.num_other_kinds, 1);
}

TEST_F(ReadCatalogue, ReadsFdsnEventText) {
  const Catalogue catalogue = read(
      "#EventID | Time | Latitude | Longitude | Depth/km | Author | Catalog | Contributor | "
      "ContributorID | MagType | Magnitude | MagAuthor | EventLocationName | EventType\n"
      "ci38457511|2019-07-06T03:19:53.04|35.7695|-117.599|8.0|ci|ci|ci|x|mw|7.1|ci|2019 "
      "Ridgecrest \"Earthquake\" Sequence|earthquake\n"
      "ci3|2019-07-07T03:19:53.04|35.7695|-117.599|8.0|ci|ci|ci|x|mw|1.1|ci|Mojave|quarry blast\n");
  EXPECT_THAT(lines_of(catalogue), ElementsAre("2019-07-06T03:19:53.04Z 35.770 -117.599 8.0 7.10"));
  EXPECT_EQ(catalogue.num_quarry_blasts, 1);
}

TEST_F(ReadCatalogue, ReadsFdsnEventTextWithoutEventTypes) {
  const Catalogue catalogue = read(
      "#EventID|Time|Latitude|Longitude|Depth/km|Author|Catalog|Contributor|ContributorID|MagType|"
      "Magnitude|MagAuthor|EventLocationName\n"
      "1|2019-07-06T03:19:53.04|35.7695|-117.599|8.0|ci|ci|ci|x|mw|7.1|ci|Ridgecrest\n");
  EXPECT_EQ(catalogue.events.size(), 1U);
}

TEST_F(ReadCatalogue, ReadsScedcYearlyFiles) {
  const Catalogue catalogue = read(
      "###############################################################################\n"
      "# The following is an SCEDC-format listing of catalog data from the Southern  #\n"
      "#YYY/MM/DD HH:mm:SS.ss ET GT MAG  M    LAT     LON     DEPTH Q  EVID     NPH NGRM\n"
      "1985/01/01 00:03:49.20 eq  l 1.33 c    33.789 -116.166   7.6 A    57735   12   14\n"
      "1985/01/01 01:03:49.20 qb  l 1.33 c    33.789 -116.166   7.6 A    57736   12   14\n"
      "1985/01/01 02:03:49.20 sn  l 1.33 c    33.789 -116.166   7.6 A    57737   12   14\n"
      "2026/01/02 04:37:04.42 eq  l 1.97 l    34.645 -119.064  -0.0 0.75 41150863   98 2832\n"
      "2026/01/03 04:37:04.42 eq  r 1.97 l    36.645 -119.064   3.1 A 41150864   98 2832\n");
  EXPECT_THAT(lines_of(catalogue),
              ElementsAre("1985-01-01T00:03:49.20Z 33.789 -116.166 7.6 1.33",
                          "2026-01-02T04:37:04.42Z 34.645 -119.064 -0.0 1.97"));
  EXPECT_EQ(catalogue.num_rows, 5);
  EXPECT_EQ(catalogue.num_quarry_blasts, 1);
  EXPECT_EQ(catalogue.num_other_kinds, 1);
  EXPECT_EQ(catalogue.num_outside_box, 1);
}

TEST_F(ReadCatalogue, UnpacksOnTheWay) {
  io::write_compressed(folder_.path() / "c.csv.xz", kOurs, io::Compression::kXz);
  EXPECT_EQ(read_catalogue(folder_.path() / "c.csv.xz").events.size(), 2U);
}

TEST_F(ReadCatalogue, MergesADirectoryAndCountsAnIdOnceAsTheLaterFileHasIt) {
  read(
      "time,lat,lon,depth_km,mag,evid\n2000-01-02T00:00:00Z,33,-117,5,2.5,7\n"
      "2000-01-01T00:00:00Z,33,-117,5,1.5,8\n",
      "a.csv");
  write_file_atomic(folder_.path() / "b.catalog",
                    "2000/01/02 00:00:00.00 eq  l 2.70 l    33.000 -117.000   5.0 A 7 1 1\n");
  write_file_atomic(folder_.path() / "sha256sums", "not a catalogue\n");
  const Catalogue catalogue = read_catalogue(folder_.path());
  EXPECT_THAT(lines_of(catalogue), ElementsAre("2000-01-01T00:00:00.00Z 33.000 -117.000 5.0 1.50",
                                               "2000-01-02T00:00:00.00Z 33.000 -117.000 5.0 2.70"));
  EXPECT_EQ(catalogue.num_repeated, 1);
}

TEST_F(ReadCatalogue, SortsByTimeAndKeepsTheOrderOfEqualTimes) {
  const Catalogue catalogue = read(
      "time,lat,lon,depth_km,mag\n"
      "2000-01-02T00:00:00Z,33,-117,1,1\n2000-01-01T00:00:00Z,33,-117,2,1\n"
      "2000-01-02T00:00:00Z,33,-117,3,1\n");
  EXPECT_EQ(catalogue.events[0].depth_km, 2);
  EXPECT_EQ(catalogue.events[1].depth_km, 1);
  EXPECT_EQ(catalogue.events[2].depth_km, 3);
}

TEST_F(ReadCatalogue, CollectsAFewBadLines) {
  std::string content = "time,lat,lon,depth_km,mag\n";
  for (int i = 0; i < 99; ++i) content += "2000-01-01T00:00:00Z,33,-117,5,1.5\n";
  const Catalogue catalogue = read(content + "2000-01-01T00:00:00Z,33,-117,5,nan\n");
  EXPECT_EQ(catalogue.events.size(), 99U);
  EXPECT_THAT(catalogue.bad_lines,
              ElementsAre(path() + ":101: magnitude is 'nan', expected a number from -5 to 11"));
}

TEST_F(ReadCatalogue, RefusesManyBadLinesAndShowsTheFirst) {
  std::string content = "time,lat,lon,depth_km,mag\n2000-01-01T00:00:00Z,33,-117,5,1.5\n";
  for (int i = 0; i < 6; ++i) content += "yesterday,33,-117,5,1.5\n";
  EXPECT_THAT(error_of(content),
              AllOf(HasSubstr(path() + ": 6 of 7 rows cannot be read"),
                    HasSubstr(path() + ":3: time is 'yesterday'"), HasSubstr(":7: "),
                    ::testing::Not(HasSubstr(":8: ")), HasSubstr("\n...")));
}

TEST_F(ReadCatalogue, RefusesAnEmptyCatalogue) {
  EXPECT_EQ(error_of(""), path() + ": holds no earthquakes (0 rows, 0 of them quarry blasts)");
  EXPECT_EQ(error_of("time,lat,lon,depth_km,mag\n"),
            path() + ": holds no earthquakes (0 rows, 0 of them quarry blasts)");
}

TEST_F(ReadCatalogue, SaysWhereTheEventsOfAnotherRegionAre) {
  EXPECT_EQ(error_of("time,lat,lon,depth_km,mag\n2000-01-01T00:00:00Z,38.5,142.25,5,1.5\n"
                     "2000-01-01T00:00:00Z,40,141,5,1.5\n"),
            path() +
                ": is of another region: its 2 earthquakes lie at latitude 38.50 to 40.00, "
                "longitude 141.00 to 142.25; expected latitude 32 to 36, longitude -120 to -114");
}

TEST_F(ReadCatalogue, QuotesTheFirstLineOfAnUnknownFormat) {
  EXPECT_THAT(error_of("<!DOCTYPE html>\n<html>\n"),
              AllOf(HasSubstr(path()), HasSubstr("'<!DOCTYPE html>'")));
}

TEST_F(ReadCatalogue, NamesAMissingColumn) {
  EXPECT_EQ(error_of("time,latt,lon,depth_km,mag\n"),
            path() +
                ": has no column 'lat' (there are: time, latt, lon, depth_km, mag); did you "
                "mean 'latt'?");
}

TEST_F(ReadCatalogue, NamesADamagedArchive) {
  std::string rows = kOurs;
  for (int i = 0; i < 1000; ++i) rows += kOurs.substr(kOurs.find('\n') + 1);
  io::write_compressed(path(), rows, io::Compression::kXz);
  const std::string packed = read_file(path());
  EXPECT_THAT(error_of(packed.substr(0, packed.size() / 2)), HasSubstr("cannot unpack"));
}

TEST_F(ReadCatalogue, SaysThatADirectoryHoldsNothing) {
  EXPECT_THROW(read_catalogue(folder_.path()), Error);
}

TEST_F(ReadCatalogue, HashesTheBytesOfTheFiles) {
  const std::string hash = read(kOurs).content_hash;
  EXPECT_EQ(hash, catalogue_content_hash(path()));
  EXPECT_NE(hash, read(kOurs + "\n").content_hash);
  EXPECT_EQ(read_catalogue(folder_.path()).content_hash, catalogue_content_hash(folder_.path()));
}

TEST_F(ReadCatalogue, GivesBackWhatWasWritten) {
  const std::vector<Event> events = {{-631108800001, 33.9412345678901, -115.888, 6.1, 3.37},
                                     {1562383193040, 35.77, -117.599, -0.2, 7.1}};
  const auto file = folder_.path() / "w.csv.zst";
  write_catalogue(file, events);
  const Catalogue catalogue = read_catalogue(file);
  ASSERT_EQ(catalogue.events.size(), 2U);
  EXPECT_EQ(catalogue.events[0].time_ms, events[0].time_ms);
  EXPECT_EQ(catalogue.events[0].latitude_deg, events[0].latitude_deg);
  EXPECT_EQ(catalogue.events[0].depth_km, 6.1);
  EXPECT_EQ(catalogue.events[1].magnitude, 7.1);
  EXPECT_EQ(catalogue.events[1].depth_km, -0.2);
}

TEST_F(ReadCatalogue, ReadsTheRealCatalogue) {
  const char* shared = std::getenv("SCIWRIGHT_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared != nullptr ? shared : SCIWRIGHT_SOURCE_DIR "/../shared") /
      "data/earthquake/socal_1950_2026.csv.xz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const Catalogue catalogue = read_catalogue(file);
  EXPECT_EQ(catalogue.num_rows, 805138);
  EXPECT_EQ(catalogue.num_quarry_blasts, 47715);
  EXPECT_EQ(catalogue.events.size(), 757423U);
  EXPECT_EQ(catalogue.num_other_kinds, 0);
  EXPECT_EQ(catalogue.num_outside_box, 0);
  EXPECT_THAT(catalogue.bad_lines, IsEmpty());
}

}  // namespace
}  // namespace sciwright::earthquake
