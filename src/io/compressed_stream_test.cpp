#include "io/compressed_stream.h"

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::io {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Numbered lines, long enough that every packer writes several blocks.
std::string many_lines() {
  std::string text;
  for (int i = 0; i < 8000; ++i) text += std::to_string(i * 7919 % 100003) + '\n';
  return text;
}

std::string message_of(const std::filesystem::path& path) {
  try {
    read_decompressed(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  return "no error";
}

class EachCompression : public ::testing::TestWithParam<const char*> {
 protected:
  /// A packed file that does not tell its packing by its name.
  std::filesystem::path write_packed(const std::string& bytes) {
    const auto path = folder_.path() / "packed";
    write_compressed(path, bytes, compression_of_name(std::string("x") + GetParam()));
    return path;
  }
  TemporaryDirectory folder_;
};

TEST_P(EachCompression, IsUndoneByContentWhateverTheName) {
  EXPECT_EQ(read_decompressed(write_packed(many_lines())), many_lines());
}

TEST_P(EachCompression, KeepsAnEmptyFileEmpty) {
  EXPECT_EQ(read_decompressed(write_packed("")), "");
}

TEST_P(EachCompression, MakesTheFileSmaller) {
  EXPECT_LT(std::filesystem::file_size(write_packed(many_lines())), many_lines().size() * 2 / 3);
}

TEST_P(EachCompression, ReadsSeveralStreamsInARowAsOne) {
  const auto path = write_packed(many_lines());
  write_file_atomic(path, read_file(path) + read_file(path));
  EXPECT_EQ(read_decompressed(path), many_lines() + many_lines());
}

TEST_P(EachCompression, NamesTheFileWhenItIsCutInTheMiddle) {
  const auto path = write_packed(many_lines());
  const std::string packed = read_file(path);
  write_file_atomic(path, packed.substr(0, packed.size() / 2));
  EXPECT_THAT(message_of(path), AllOf(HasSubstr(path.string()), HasSubstr("cannot unpack")));
  EXPECT_THAT(message_of(path), Not(HasSubstr("No progress")));
}

TEST_P(EachCompression, NoticesThatTheLastFourBytesAreMissing) {
  const auto path = write_packed(many_lines());
  const std::string packed = read_file(path);
  write_file_atomic(path, packed.substr(0, packed.size() - 4));
  EXPECT_THAT(message_of(path), HasSubstr("cannot unpack"));
}

TEST_P(EachCompression, NoticesOneFlippedBit) {
  if (std::string(GetParam()) == ".zst") GTEST_SKIP() << "libarchive writes no zstd checksum";
  const auto path = write_packed(many_lines());
  std::string packed = read_file(path);
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 1);
  write_file_atomic(path, packed);
  EXPECT_THAT(message_of(path), HasSubstr("cannot unpack"));
}

INSTANTIATE_TEST_SUITE_P(Packers, EachCompression, ::testing::Values(".gz", ".xz", ".zst", ".bz2"),
                         [](const auto& kind) { return std::string(kind.param).substr(1); });

TEST(Compression, ComparesTheChecksumOfAZstdFrameThatHasOne) {
  // What the zstd program makes of two lines; the last four bytes are the checksum.
  const std::string lines = "time,lat,lon\n1950-01-03,33.941,-115.888\n";
  const std::string head("\x28\xb5\x2f\xfd\x04\x58\x41\x01\x00", 9);
  const TemporaryDirectory folder;
  const auto path = folder.path() / "f.zst";
  write_file_atomic(path, head + lines + "\x39\xf4\xf0\x3d");
  EXPECT_EQ(read_decompressed(path), lines);
  write_file_atomic(path, head + lines + "\x38\xf4\xf0\x3d");
  EXPECT_THAT(message_of(path), HasSubstr("cannot unpack"));
}

TEST(Compression, LeavesPlainFilesAlone) {
  const TemporaryDirectory folder;
  write_compressed(folder.path() / "a.csv", "time,mag\n", Compression::kNone);
  EXPECT_EQ(read_file(folder.path() / "a.csv"), "time,mag\n");
  EXPECT_EQ(read_decompressed(folder.path() / "a.csv"), "time,mag\n");
}

TEST(Compression, GivesEqualFilesForEqualBytes) {
  const TemporaryDirectory folder;
  write_compressed(folder.path() / "a", many_lines(), Compression::kGzip);
  write_compressed(folder.path() / "b", many_lines(), Compression::kGzip);
  EXPECT_EQ(read_file(folder.path() / "a"), read_file(folder.path() / "b"));
  EXPECT_EQ(read_file(folder.path() / "a").substr(4, 4), std::string(4, '\0'));
}

TEST(Compression, NamesAMissingFile) {
  EXPECT_THAT(message_of("/nowhere/catalogue.csv.xz"),
              AllOf(HasSubstr("/nowhere/catalogue.csv.xz"), HasSubstr("No such file")));
}

TEST(Compression, TellsADirectoryFromAFile) {
  const TemporaryDirectory folder;
  EXPECT_THAT(message_of(folder.path()), HasSubstr("is a directory"));
}

TEST(LineBlocks, EndAtLineEndsAndCountLines) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "f", "one\ntwo\nthree\nfour");
  LineBlockReader reader(folder.path() / "f", 6);
  LineBlock block;
  std::vector<std::string> seen;
  while (reader.next(block)) seen.push_back(std::to_string(block.first_line) + ":" + block.text);
  EXPECT_THAT(seen, ::testing::ElementsAre("1:one\n", "2:two\n", "3:three\n", "4:four"));
}

TEST(LineBlocks, GrowForALineLongerThanABlock) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "f", std::string(100, 'x') + "\ny\n");
  LineBlockReader reader(folder.path() / "f", 8);
  LineBlock block;
  ASSERT_TRUE(reader.next(block));
  EXPECT_EQ(block.text.substr(0, 101), std::string(100, 'x') + "\n");
}

TEST(LineBlocks, TogetherAreTheWholeFile) {
  const TemporaryDirectory folder;
  write_compressed(folder.path() / "f", many_lines(), Compression::kXz);
  LineBlockReader reader(folder.path() / "f", 10000);
  LineBlock block;
  std::string all;
  while (reader.next(block)) all += block.text;
  EXPECT_EQ(all, many_lines());
}

TEST(LineBlocks, OfAnEmptyFileAreNone) {
  const TemporaryDirectory folder;
  write_file_atomic(folder.path() / "f", "");
  LineBlockReader reader(folder.path() / "f");
  LineBlock block;
  EXPECT_FALSE(reader.next(block));
}

}  // namespace
}  // namespace sciwright::io
