#include "base/clock.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright {
namespace {

TEST(Clock, WritesUtcAsIso8601) {
  EXPECT_EQ(utc_iso8601(1'700'000'000'123'456'789, 3), "2023-11-14T22:13:20.123Z");
}

TEST(Clock, WritesTimesBefore1970) {
  EXPECT_EQ(utc_iso8601(-1, 9), "1969-12-31T23:59:59.999999999Z");
}

TEST(Clock, WritesTheStampOfTimerTables) { EXPECT_EQ(utc_table_stamp(0), "1970-01-01 00:00:00"); }

TEST(Clock, RoundTripsDatesOfTheCatalogue) {
  EXPECT_EQ(iso_date(parse_iso_date("1950-01-04")), "1950-01-04");
  EXPECT_EQ(parse_iso_date("2020-01-01") - parse_iso_date("1950-01-01"), 25567);
}

TEST(Clock, RefusesADateThatDoesNotExist) {
  EXPECT_THROW(parse_iso_date("2019-02-29"), Error);
  EXPECT_THROW(parse_iso_date("yesterday"), Error);
}

TEST(Clock, StandsStillWhenFake) {
  std::int64_t now_ns = 0;
  const Clock clock = fake_clock(&now_ns, 1'000);
  now_ns = 5;
  EXPECT_EQ(clock.steady_ns(), 5);
  EXPECT_EQ(clock.utc_ns(), 1'005);
}

}  // namespace
}  // namespace sciwright
