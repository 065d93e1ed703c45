#include "storage/file_access.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(FileAccess, OrdersBlocks) {
  EXPECT_THAT(sequential_blocks(10, 4).offsets, ElementsAre(0, 4));
  const Blocks some = random_blocks(4096, 64, 10, 7);
  EXPECT_EQ(some.offsets.size(), 10U);
  EXPECT_EQ(std::set<std::int64_t>(some.offsets.begin(), some.offsets.end()).size(), 10U);
  EXPECT_EQ(random_blocks(4096, 64, 10, 7).offsets, some.offsets);
  EXPECT_EQ(random_blocks(256, 64, 10, 7).offsets.size(), 4U);
}

TEST(FileAccess, WritesWhatItReads) {
  const TemporaryDirectory dir;
  const auto file = dir.path() / "data";
  const Blocks blocks = sequential_blocks(3 << 20, 3 << 19);
  write_blocks(file, blocks);
  EXPECT_EQ(std::filesystem::file_size(file), 3U << 20);
  read_blocks(file, blocks);
  read_mapped_blocks(file, blocks);
}

TEST(FileAccess, FailsOnAFileThatIsTooShort) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "data", "abc");
  EXPECT_THROW(read_blocks(dir.path() / "data", sequential_blocks(8, 8)), Error);
}

TEST(FileAccess, NamesTheFileItCannotOpen) {
  try {
    read_blocks("/no/such/file", sequential_blocks(8, 8));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/file: cannot open: No such file"));
  }
}

TEST(FileAccess, AnEmptyFileIsNeverCached) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "data", "");
  EXPECT_TRUE(drop_cache(dir.path() / "data"));
}

}  // namespace
}  // namespace sciwright::storage
