#include "bench/session_start.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "energy/trace.h"

namespace sciwright::bench {
namespace {

struct LastSeen : ::testing::Test {
  TemporaryDirectory dir;
  record::RunPaths paths{dir.path()};
};

TEST_F(LastSeen, IsNotKnownInAFolderWithoutFiles) { EXPECT_FALSE(last_seen_ns(paths)); }

TEST_F(LastSeen, IsWhenTheNewerOfLogAndEnergyWasWritten) {
  write_file_atomic(paths.mllog,
                    ":::MLLOG {\"namespace\": \"\", \"time_ms\": 1700000000500, \"event_type\": "
                    "\"POINT_IN_TIME\", \"key\": \"seed\", \"value\": 1, \"metadata\": {}}\n"
                    ":::MLLOG {\"names");
  EXPECT_EQ(last_seen_ns(paths), 1'700'000'000'500'000'000);
  write_file_atomic(paths.energy, energy::trace_header() +
                                      "\n0,2023-11-14T22:13:30.000000000Z,cpu0,cpu,powercap,"
                                      "measured,,,5,,,,,,,\n0,2023");
  EXPECT_EQ(last_seen_ns(paths), 1'700'000'010'000'000'000);
}

}  // namespace
}  // namespace sciwright::bench
