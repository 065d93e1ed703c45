#include "storage/staging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "storage/fake.h"

namespace sciwright::storage {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(Staging, LooksWhereTheBatchSystemSays) {
  const TemporaryDirectory dir;
  const auto found = staging_candidates({{"SLURM_TMPDIR", dir.path().string()},
                                         {"TMPDIR", "/no/such"},
                                         {"LOCAL_SCRATCH", dir.path().string()}});
  EXPECT_EQ(found[0], dir.path());
  EXPECT_EQ(std::count(found.begin(), found.end(), dir.path()), 1);
  EXPECT_THAT(found, Contains("/tmp"));
}

TEST(Staging, TakesOnlyADirectoryWithRoom) {
  const TemporaryDirectory dir;
  std::int64_t now_ns = 0;
  const Clock clock = ticking_clock(&now_ns);
  EXPECT_EQ(fastest_directory({"/no/such", dir.path()}, 1000, clock), dir.path());
  EXPECT_FALSE(fastest_directory({dir.path()}, std::int64_t{1} << 60, clock));
  EXPECT_TRUE(sorted_entries(dir.path()).empty());
}

TEST(Staging, CopiesFilesAndFoldersAndRemovesThem) {
  const TemporaryDirectory dir;
  make_directories(dir.path() / "scenes/day");
  write_file_atomic(dir.path() / "scenes/day/a", "12345");
  write_file_atomic(dir.path() / "catalogue.csv", "123");
  const auto local = dir.path() / "local";
  make_directories(local);
  {
    const StagedData staged(local, {dir.path() / "catalogue.csv", dir.path() / "scenes/"});
    EXPECT_EQ(staged.num_bytes(), 8);
    EXPECT_EQ(read_file(staged.copy(0)), "123");
    EXPECT_EQ(staged.copy(0).filename(), "catalogue.csv");
    EXPECT_EQ(read_file(staged.copy(1) / "day/a"), "12345");
  }
  EXPECT_TRUE(sorted_entries(local).empty());
}

TEST(Staging, NamesWhatItCannotCopy) {
  const TemporaryDirectory dir;
  try {
    const StagedData staged(dir.path(), {"/no/such/file"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/file: cannot be copied to "));
  }
  EXPECT_TRUE(sorted_entries(dir.path()).empty());
}

TEST(Staging, CountsBytesBelowADirectory) {
  const TemporaryDirectory dir;
  make_directories(dir.path() / "a/b");
  write_file_atomic(dir.path() / "a/b/c", "1234");
  write_file_atomic(dir.path() / "a/d", "56");
  EXPECT_EQ(size_of(dir.path()), 6);
  EXPECT_THROW(size_of("/no/such"), Error);
}

}  // namespace
}  // namespace sciwright::storage
