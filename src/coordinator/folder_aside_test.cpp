#include "coordinator/folder_aside.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FolderAside, GoesWithItsObject) {
  const TemporaryDirectory root;
  {
    const FolderAside aside(root.path());
    write_file_atomic(aside.path() / "file", "x");
    EXPECT_THAT(sorted_entries(root.path()), ElementsAre(aside.path()));
  }
  EXPECT_THAT(sorted_entries(root.path()), IsEmpty());
}

TEST(FolderAside, OnlyThoseThatNobodyHasAreLeft) {
  const TemporaryDirectory root;
  const FolderAside mine(root.path());
  make_directories(root.path() / ".aside-killed" / "demo");
  make_directories(root.path() / ".upload-killed");
  make_directories(root.path() / "demo");
  EXPECT_THAT(left_folders(root.path()),
              ElementsAre(root.path() / ".aside-killed", root.path() / ".upload-killed"));
}

}  // namespace
}  // namespace sciwright::coordinator
