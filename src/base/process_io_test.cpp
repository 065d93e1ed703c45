#include "base/process_io.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"

namespace sciwright {
namespace {

TEST(ProcessIo, TellsReadCallsFromStorage) {
  const auto io = parse_process_io(
      "rchar: 5000\nwchar: 1\nsyscr: 2\nsyscw: 3\nread_bytes: 4096\nwrite_bytes: 0\n");
  ASSERT_TRUE(io);
  EXPECT_EQ(io->read_bytes, 5000);
  EXPECT_EQ(io->storage_bytes, 4096);
}

TEST(ProcessIo, CountsOurOwnReadingAndNotThatOfChildren) {
  constexpr std::int64_t kSize = 1 << 22;
  const TemporaryDirectory dir;
  const std::string file = dir.path() / "file";
  write_file_atomic(file, std::string(kSize, 'x'));
  const auto before = read_process_io();
  ASSERT_TRUE(before);
  EXPECT_TRUE(run_command({{"sh", "-c", "cat " + file + " | wc -c >" + file + "2"}}).succeeded());
  EXPECT_LT(read_process_io()->read_bytes - before->read_bytes, kSize / 2);
  read_file(file);
  EXPECT_GE(read_process_io()->read_bytes - before->read_bytes, kSize);
}

TEST(ProcessIo, IsAbsentWhereTheKernelTellsNothing) { EXPECT_FALSE(parse_process_io("")); }

}  // namespace
}  // namespace sciwright
