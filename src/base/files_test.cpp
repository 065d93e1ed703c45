#include "base/files.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& path : sorted_entries(directory)) names.push_back(path.filename().string());
  return names;
}

TEST(Files, WritesAFileAndNothingElse) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "a.txt", "one\n");
  write_file_atomic(dir.path() / "a.txt", "two\n");
  EXPECT_EQ(read_file(dir.path() / "a.txt"), "two\n");
  EXPECT_THAT(names_in(dir.path()), ElementsAre("a.txt"));
}

TEST(Files, KeepsTheOldFileWhenAWriterFails) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "a.txt", "old");
  {
    const AtomicFile file(dir.path() / "a.txt");
    write_file_atomic(file.temporary_path(), "half");
  }
  EXPECT_EQ(read_file(dir.path() / "a.txt"), "old");
  EXPECT_THAT(names_in(dir.path()), ElementsAre("a.txt"));
}

TEST(Files, NamesTheMissingFile) {
  try {
    read_file("/nonexistent/config.yaml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/nonexistent/config.yaml: cannot read: No such file or directory");
    EXPECT_EQ(error.exit_code(), 2);
  }
}

TEST(Files, AFileThatMayBeMissingIsNoError) {
  const TemporaryDirectory dir;
  EXPECT_EQ(read_file_if_there(dir.path() / "none"), std::nullopt);
  write_file_atomic(dir.path() / "a", std::string(200'000, 'a'));
  EXPECT_EQ(read_file_if_there(dir.path() / "a"), std::string(200'000, 'a'));
  EXPECT_THROW(read_file_if_there(dir.path()), Error);
}

TEST(Files, ReportsAFullDisk) {
  try {
    AppendFile("/dev/full").append_line("x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/dev/full: cannot write: No space left on device");
    EXPECT_EQ(error.exit_code(), 1);
  }
}

TEST(Files, KeepsLinesOfParallelWritersWhole) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "log";
  const std::string line(300, 'x');
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        AppendFile file(path);
        for (int i = 0; i < 200; ++i) file.append_line(line);
      });
    }
  }
  std::string expected;
  for (int i = 0; i < 800; ++i) expected += line + "\n";
  EXPECT_EQ(read_file(path), expected);
}

TEST(Files, LocksAFileForOneAtATime) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "count";
  write_file_atomic(path, "0");
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) {
          const FileLock lock(path);
          write_file_atomic(path, std::to_string(std::stoi(read_file(path)) + 1));
        }
      });
    }
  }
  EXPECT_EQ(read_file(path), "100");
  EXPECT_THAT(names_in(dir.path()), ElementsAre("count"));
}

TEST(Files, LocksNobodyOutWhereThereCanBeNoLock) {
  const TemporaryDirectory dir;
  const FileLock lock(dir.path() / "no such folder" / "file");
  EXPECT_THAT(names_in(dir.path()), ElementsAre());
}

TEST(Files, EndsALineThatWasCutShortBeforeItAppends) {
  const TemporaryDirectory dir;
  const auto path = dir.path() / "log";
  write_file_atomic(path, "whole\nhal");
  AppendFile(path).append_line("next");
  AppendFile(path).append_line("last");
  EXPECT_EQ(read_file(path), "whole\nhal\nnext\nlast\n");
}

TEST(Files, RefusesADirectoryUnderAFile) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "a", "");
  EXPECT_THROW(make_directories(dir.path() / "a" / "b"), Error);
}

}  // namespace
}  // namespace sciwright
