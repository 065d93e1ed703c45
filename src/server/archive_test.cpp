#include "server/archive.h"

#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "server/hostile_archive.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// What the refusal says; empty when it was unpacked. Whatever happens, nothing lies beside the
/// folder.
std::string refused(const std::string& bytes, const ArchiveLimits& limits = {}) {
  const TemporaryDirectory around;
  const fs::path folder = around.path() / "inside";
  fs::create_directory(folder);
  std::string said;
  try {
    unpack_archive(bytes, folder, limits);
  } catch (const Error& error) {
    said = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::kUsage) << said;
  }
  EXPECT_EQ(sorted_entries(around.path()).size(), 1U) << "something was written outside";
  return said;
}

class GoodArchive : public testing::TestWithParam<const char*> {};

TEST_P(GoodArchive, IsUnpackedWithFoldersAndPrograms) {
  const TemporaryDirectory folder;
  const std::string bytes = make_archive({{.path = "a.yaml", .content = "workflow: {}\n"},
                                          {.path = "./bin/run.sh", .content = "#!/bin/sh\n"}},
                                         GetParam());
  EXPECT_TRUE(is_archive(bytes));
  unpack_archive(bytes, folder.path());
  EXPECT_EQ(read_file(folder.path() / "a.yaml"), "workflow: {}\n");
  EXPECT_NE(fs::status(folder.path() / "bin/run.sh").permissions() & fs::perms::owner_exec,
            fs::perms::none);
}

INSTANTIATE_TEST_SUITE_P(Formats, GoodArchive, testing::Values("tar", "tar.gz", "tar.xz", "zip"));

TEST(Archive, LeavesItsFolderForNothing) {
  EXPECT_THAT(refused(make_archive({{.path = "../evil", .content = "x"}})), HasSubstr("leads out"));
  EXPECT_THAT(refused(make_archive({{.path = "a/../../evil", .content = "x"}}, "zip")),
              HasSubstr("leads out"));
  EXPECT_THAT(refused(make_archive({{.path = "/tmp/evil", .content = "x"}})),
              HasSubstr("absolute"));
  EXPECT_THAT(refused(make_archive({{.path = "..\\evil", .content = "x"}})),
              HasSubstr("backslash"));
}

TEST(Archive, LinksAndDevicesAreRefused) {
  EXPECT_THAT(refused(make_archive({{.path = "l", .type = AE_IFLNK, .link = "/etc"}})),
              HasSubstr("link"));
  EXPECT_THAT(refused(make_archive({{.path = "l", .type = AE_IFREG, .hard_link = "/etc/passwd"}})),
              HasSubstr("link"));
  EXPECT_THAT(refused(make_archive({{.path = "d", .type = AE_IFCHR}})), HasSubstr("device"));
  EXPECT_THAT(refused(make_archive({{.path = "p", .type = AE_IFIFO}})), HasSubstr("device"));
}

TEST(Archive, ClashesOfNamesAreRefused) {
  EXPECT_THAT(
      refused(make_archive({{.path = "a", .content = "1"}, {.path = "./a", .content = "2"}})),
      HasSubstr("twice"));
  EXPECT_THAT(
      refused(make_archive({{.path = "a", .content = "1"}, {.path = "a/b", .content = "2"}})),
      HasSubstr("folder"));
}

TEST(Archive, TooManyEntriesAreRefused) {
  EXPECT_THAT(
      refused(make_archive({{.path = "a"}, {.path = "b"}, {.path = "c"}}), {.max_entries = 2}),
      HasSubstr("more than 2"));
}

TEST(Archive, TooManyFoldersAreRefusedAlsoThoseOfPaths) {
  EXPECT_THAT(
      refused(make_archive({{.path = "a/b/c/f"}, {.path = "d/f"}}, "zip"), {.max_folders = 3}),
      HasSubstr("more than 3 folders"));
  EXPECT_EQ(refused(make_archive({{.path = "a/b/c/f"}, {.path = "a/b/g"}}), {.max_folders = 3}),
            "");
}

TEST(Archive, FoldersInFoldersAreLimited) {
  std::string path;
  for (int i = 0; i < 32; ++i) path += "d/";
  EXPECT_EQ(refused(make_archive({{.path = path + "f"}})), "");
  EXPECT_THAT(refused(make_archive({{.path = path + "d/f"}})), HasSubstr("more than 32 folders"));
}

TEST(Archive, ABombIsRefused) {
  const std::string zeros(32 << 20, '\0');
  EXPECT_THAT(refused(make_archive({{.path = "zeros", .content = zeros}}, "tar.gz")),
              HasSubstr("too large"));
}

TEST(Archive, TooManyBytesAreRefused) {
  EXPECT_THAT(refused(make_archive({{.path = "a", .content = std::string(2000, 'x')}}),
                      {.max_bytes = 1000}),
              HasSubstr("too large"));
}

TEST(Archive, WhatIsNoneIsRefused) {
  EXPECT_FALSE(is_archive("workflow: {}"));
  EXPECT_NE(refused("PK\x03\x04 and nothing else"), "");
  EXPECT_NE(
      refused(
          make_archive({{.path = "a", .content = std::string(5000, 'x')}}, "tar.gz").substr(0, 60)),
      "");
}

TEST(Archive, ThousandsOfMutatedOnesHarmNothing) {
  std::minstd_rand random(1);
  for (const char* format : {"tar", "tar.gz", "zip"}) {
    const std::string good = make_archive(
        {{.path = "a.yaml", .content = "workflow: {}"}, {.path = "d/b", .content = "text"}},
        format);
    for (int i = 0; i < 700; ++i) {
      std::string bytes = good;
      for (int k = 0; k < 1 + i % 5; ++k)
        bytes[random() % bytes.size()] = static_cast<char>(random());
      if (i % 7 == 0) bytes.resize(random() % bytes.size());
      refused(bytes);
    }
  }
}

}  // namespace
}  // namespace sciwright::server
