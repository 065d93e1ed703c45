#include "earthquake/data/catalogue_rows.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace sciwright::earthquake {
namespace {

std::string time_text(std::string_view text) {
  const auto ms = parse_time_ms(text);
  return ms ? utc_iso8601(*ms * 1'000'000, 3) : "none";
}

TEST(ParseTime, ReadsTheFormsOfAllCatalogues) {
  EXPECT_EQ(time_text("1950-01-03T11:26:30.04Z"), "1950-01-03T11:26:30.040Z");
  EXPECT_EQ(time_text("2019-07-06T03:19:53.040Z"), "2019-07-06T03:19:53.040Z");
  EXPECT_EQ(time_text("2019-07-06T03:19:53"), "2019-07-06T03:19:53.000Z");
  EXPECT_EQ(time_text("1985/01/01 00:03:49.20"), "1985-01-01T00:03:49.200Z");
}

TEST(ParseTime, RoundsMicroseconds) {
  EXPECT_EQ(time_text("2019-07-06T03:19:53.040500"), "2019-07-06T03:19:53.041Z");
}

TEST(ParseTime, CarriesSixtySecondsOver) {
  EXPECT_EQ(time_text("1979/12/31 23:59:60.00"), "1980-01-01T00:00:00.000Z");
}

TEST(ParseTime, KnowsLeapDays) {
  EXPECT_EQ(time_text("2000-02-29T00:00:00"), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(time_text("1900-02-29T00:00:00"), "none");
}

TEST(ParseTime, RejectsWhatIsNoTime) {
  EXPECT_EQ(time_text(""), "none");
  EXPECT_EQ(time_text("2019-13-06T03:19:53"), "none");
  EXPECT_EQ(time_text("2019-07-06T24:19:53"), "none");
  EXPECT_EQ(time_text("2019-07-06T03:19:53.x"), "none");
  EXPECT_EQ(time_text("2019-07-06T03:19:53."), "none");
  EXPECT_EQ(time_text("2019-07-06"), "none");
  EXPECT_EQ(time_text("9999-07-06T03:19:53"), "none");
  EXPECT_EQ(time_text("0000-07-06T03:19:53"), "none");
  EXPECT_EQ(time_text("20 19-07-06T03:19:5"), "none");
}

TEST(DetectFormat, FindsNoneWhereThereAreOnlyComments) {
  EXPECT_FALSE(detect_format("2027.catalog", "# The following is\n#YYY/MM/DD HH:mm:SS.ss ET\n\n"));
}

TEST(ParseRows, SkipsTheHeaderCommentsAndEmptyLines) {
  const std::string text =
      "# made by hand\ntime,lat,lon,depth_km,mag\n\n2000-01-01T00:00:00Z,34,-117,5,1.5\n# end\n";
  const CatalogueRows rows = parse_rows(*detect_format("f.csv", text), {text, 1});
  EXPECT_EQ(rows.num_rows, 1);
  EXPECT_EQ(rows.earthquakes.size(), 1U);
}

TEST(ParseRows, NumbersBadLinesFromTheStartOfTheFile) {
  const std::string text =
      "time,lat,lon,depth_km,mag\n2000-01-01T00:00:00Z,34,-117,5,big\n\"broken\n1,2\n";
  const CatalogueRows rows = parse_rows(*detect_format("f.csv", text), {text, 1});
  ASSERT_EQ(rows.bad.size(), 3U);
  EXPECT_EQ(rows.bad[0].line, 2);
  EXPECT_EQ(rows.bad[0].problem, "magnitude is 'big', expected a number from -5 to 11");
  EXPECT_EQ(rows.bad[1].line, 3);
  EXPECT_EQ(rows.bad[2].problem, "has 2 fields, expected at least 5");
  EXPECT_EQ(rows.num_rows, 3);
}

}  // namespace
}  // namespace sciwright::earthquake
