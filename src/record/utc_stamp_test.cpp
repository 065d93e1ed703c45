#include "record/utc_stamp.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace sciwright::record {
namespace {

TEST(UtcStamp, ReadsBothFormsThatTheClockWrites) {
  constexpr std::int64_t kNs = 1'795'305'763'123'456'789;
  EXPECT_EQ(parse_utc_stamp(utc_iso8601(kNs, 9)), kNs);
  EXPECT_EQ(parse_utc_stamp(utc_iso8601(kNs, 3)), 1'795'305'763'123'000'000);
  EXPECT_EQ(parse_utc_stamp(utc_table_stamp(kNs)), 1'795'305'763'000'000'000);
}

TEST(UtcStamp, RejectsWhatIsNoMoment) {
  for (const char* text :
       {"", "2026-11-22", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T00:00:00.Z",
        "2026-11-22T00:00:00.1234567890Z", "2026-11-22T00:00:00+01:00", "2026-11-22T00:00:0xZ",
        "9999-11-22T00:00:00Z", "0001-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_utc_stamp(text)) << text;
  }
}

}  // namespace
}  // namespace sciwright::record
