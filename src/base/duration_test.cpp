#include "base/duration.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright {
namespace {

TEST(Duration, ReadsUnits) {
  EXPECT_EQ(parse_duration_s("90s"), 90);
  EXPECT_EQ(parse_duration_s("1h30m"), 5400);
  EXPECT_EQ(parse_duration_s("2.5m"), 150);
  EXPECT_EQ(parse_duration_s("90"), 90);
}

TEST(Duration, ReadsSlurmTimes) {
  EXPECT_EQ(parse_duration_s("2-12:00:00"), 216000);
  EXPECT_EQ(parse_duration_s("01:30:00"), 5400);
  EXPECT_EQ(parse_duration_s("10:30"), 630);
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "soon", "1h30", "-5s", "1:2:3:4", "5x", "inf"}) {
    EXPECT_THROW(parse_duration_s(text), Error) << text;
  }
}

TEST(Duration, WritesShortTexts) {
  EXPECT_EQ(format_duration(0.424), "0.42 s");
  EXPECT_EQ(format_duration(12.34), "12.3 s");
  EXPECT_EQ(format_duration(185), "3m 05s");
  EXPECT_EQ(format_duration(7620), "2h 07m");
  EXPECT_EQ(format_duration(270000), "3d 03h");
}

}  // namespace
}  // namespace sciwright
