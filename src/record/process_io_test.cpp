#include "record/process_io.h"

#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

TEST(ProcessIo, TellsReadCallsFromStorage) {
  const auto io = parse_process_io(
      "rchar: 5000\nwchar: 1\nsyscr: 2\nsyscw: 3\nread_bytes: 4096\nwrite_bytes: 0\n");
  ASSERT_TRUE(io);
  EXPECT_EQ(io->read_bytes, 5000);
  EXPECT_EQ(io->storage_bytes, 4096);
}

TEST(ProcessIo, IsAbsentWhereTheKernelTellsNothing) { EXPECT_FALSE(parse_process_io("")); }

}  // namespace
}  // namespace sciwright::record
