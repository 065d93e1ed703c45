#include "record/file_system.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::record {
namespace {

TEST(FileSystem, KnowsTheParallelOnes) {
  EXPECT_EQ(file_system_name(0x0BD00BD0), "lustre");
  EXPECT_EQ(file_system_name(0x47504653), "gpfs");
  EXPECT_EQ(file_system_name(0x6969), "nfs");
  EXPECT_EQ(file_system_name(0xDEADBEEF), "0xdeadbeef");
}

TEST(FileSystem, AsksTheNearestParentOfAPathThatIsNotThereYet) {
  const TemporaryDirectory dir;
  const FileSystemFacts there = read_file_system(dir.path());
  const FileSystemFacts later = read_file_system(dir.path() / "a" / "b");
  EXPECT_EQ(later.path, (dir.path() / "a" / "b").string());
  EXPECT_FALSE(there.type.empty());
  EXPECT_EQ(later.type, there.type);
  EXPECT_EQ(later.size_bytes, there.size_bytes);
  EXPECT_GT(there.free_bytes.value_or(0), 0);
}

TEST(FileSystem, ReadsARelativePath) { EXPECT_FALSE(read_file_system("x/y").type.empty()); }

}  // namespace
}  // namespace sciwright::record
