#include "storage/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "storage/fake.h"

namespace sciwright::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ProbeSettings small() {
  ProbeSettings settings;
  settings.file_bytes = 256 << 10;
  settings.block_bytes = 64 << 10;
  settings.num_small_files = 3;
  settings.num_readers = 2;
  settings.num_rounds = 2;
  return settings;
}

TEST(Probe, TriesEverythingAndLeavesNothingBehind) {
  const TemporaryDirectory dir;
  std::int64_t now_ns = 0;
  const Probe probe = probe_directory(dir.path(), small(), ticking_clock(&now_ns));
  std::vector<std::string> names;
  for (const ProbeRow& row : probe.rows) {
    names.push_back(row.name);
    EXPECT_TRUE(row.seconds.size() == 2 || !row.reason.empty()) << row.name;
  }
  EXPECT_THAT(names, ElementsAre("sequential write", "sequential read", "sequential read",
                                 "mmap read", "mmap read", "2 readers", "2 readers", "random read",
                                 "random read", "random write", "small files, write",
                                 "small files, read", "small files, read"));
  EXPECT_TRUE(sorted_entries(dir.path()).empty());
}

TEST(Probe, LeavesNothingBehindWhenItIsEndedBetweenRounds) {
  const TemporaryDirectory dir;
  std::int64_t now_ns = 0;
  int num_rounds = 0;
  const auto stop = [&](const std::string&) {
    if (++num_rounds == 2) throw Error(ErrorKind::kInterrupted, "stopped");
  };
  EXPECT_THROW(probe_directory(dir.path(), small(), ticking_clock(&now_ns), stop), Error);
  EXPECT_TRUE(sorted_entries(dir.path()).empty());
}

TEST(Probe, CountsBytesAndOperationsOverTheMedianRound) {
  const TemporaryDirectory dir;
  std::int64_t now_ns = 0;
  const Probe probe = probe_directory(dir.path(), small(), ticking_clock(&now_ns));
  const ProbeRow* warm = probe.find("sequential read", CacheState::kWarm);
  ASSERT_NE(warm, nullptr);
  EXPECT_EQ(warm->bytes, 256 << 10);
  EXPECT_EQ(warm->num_operations, 4);
  EXPECT_DOUBLE_EQ(*warm->bytes_per_s(), (256 << 10) / 0.001);
  EXPECT_DOUBLE_EQ(*warm->operations_per_s(), 4000);
  EXPECT_EQ(probe.find("small files, write", CacheState::kNone)->num_operations, 3);
  EXPECT_EQ(probe.find("random read", CacheState::kNone), nullptr);
  EXPECT_FALSE(ProbeRow().bytes_per_s());
}

TEST(Probe, RefusesWhatIsNoDirectoryOrHasTooLittleRoom) {
  std::int64_t now_ns = 0;
  EXPECT_THROW(probe_directory("/no/such", small(), ticking_clock(&now_ns)), Error);
  const TemporaryDirectory dir;
  ProbeSettings huge = small();
  huge.file_bytes = std::int64_t{1} << 60;
  try {
    probe_directory(dir.path(), huge, ticking_clock(&now_ns));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("bytes are free, the probe needs"));
  }
}

TEST(Probe, TimesAWriteOrSaysThatThereIsNone) {
  const TemporaryDirectory dir;
  std::int64_t now_ns = 0;
  EXPECT_DOUBLE_EQ(*time_write(dir.path(), 1 << 16, ticking_clock(&now_ns)), 0.001);
  EXPECT_TRUE(sorted_entries(dir.path()).empty());
  EXPECT_FALSE(time_write("/no/such", 1 << 16, ticking_clock(&now_ns)));
}

}  // namespace
}  // namespace sciwright::storage
