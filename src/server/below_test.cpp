#include "server/below.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;

class Below : public testing::Test {
 protected:
  Below() {
    make_directories(root() / "demo" / "demo.state");
    write_file_atomic(root() / "demo" / "demo.yaml", "workflow: {}\n");
    write_file_atomic(around_.path() / "secret", "secret\n");
  }

  fs::path root() const { return fs::canonical(around_.path()) / "root"; }
  coordinator::WorkflowFolder demo() const {
    return coordinator::folder_of(root() / "demo" / "demo.yaml");
  }

  TemporaryDirectory around_;
};

TEST_F(Below, FilesOfTheRootAreRead) {
  EXPECT_EQ(read_below(root(), demo().definition), "workflow: {}\n");
  fs::create_symlink("demo/demo.yaml", root() / "link.yaml");
  EXPECT_EQ(read_below(root(), root() / "link.yaml"), "workflow: {}\n");
}

TEST_F(Below, ALinkOutOfTheRootIsNot) {
  fs::create_symlink(around_.path() / "secret", root() / "link");
  fs::create_directory_symlink(around_.path(), root() / "out");
  EXPECT_EQ(read_below(root(), root() / "link"), std::nullopt);
  EXPECT_EQ(read_below(root(), root() / "out" / "secret"), std::nullopt);
  EXPECT_EQ(read_below(root(), root() / ".." / "secret"), std::nullopt);
}

TEST_F(Below, NothingWaitsForAPipe) {
  ASSERT_EQ(::mkfifo((root() / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(is_file_below(root(), root() / "pipe"));
  EXPECT_EQ(read_below(root(), root() / "pipe"), std::nullopt);
}

TEST_F(Below, AWorkflowIsBelowWithItsState) {
  EXPECT_TRUE(is_workflow_below(root(), demo()));
  write_file_atomic(demo().journal(), "");
  EXPECT_TRUE(is_workflow_below(root(), demo()));
  fs::remove(demo().journal());
  ASSERT_EQ(::mkfifo(demo().journal().c_str(), 0600), 0);
  EXPECT_FALSE(is_workflow_below(root(), demo()));
}

TEST_F(Below, AWorkflowThatIsALinkOutOfTheRootIsNone) {
  make_directories(root() / "passwords");
  fs::create_symlink(around_.path() / "secret", root() / "passwords" / "passwords.yaml");
  EXPECT_FALSE(
      is_workflow_below(root(), coordinator::folder_of(root() / "passwords" / "passwords.yaml")));
}

}  // namespace
}  // namespace sciwright::server
