#include "record/git_state.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::record {
namespace {

struct GitStateTest : ::testing::Test {
  const TemporaryDirectory dir;

  void git(const std::string& arguments) const {
    const std::string command = "git -C '" + dir.path().string() +
                                "' -c user.name=a -c user.email=a@b -c commit.gpgsign=false " +
                                arguments + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  void commit_a_file() const {
    git("init -b trunk");
    write_file_atomic(dir.path() / "a.txt", "one\n");
    git("add a.txt");
    git("commit -m first");
  }
};

TEST_F(GitStateTest, IsNothingOutsideOfARepository) {
  ::setenv("GIT_CEILING_DIRECTORIES", dir.path().parent_path().c_str(), 1);
  EXPECT_FALSE(read_git_state(dir.path()));
  EXPECT_FALSE(read_git_state(dir.path() / "missing"));
}

TEST_F(GitStateTest, TellsCommitAndBranchOfACleanRepository) {
  commit_a_file();
  make_directories(dir.path() / "sub");
  const auto state = read_git_state(dir.path() / "sub");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->commit.size(), 40U);
  EXPECT_EQ(state->branch, "trunk");
  EXPECT_EQ(state->diff_sha256, "");
}

TEST_F(GitStateTest, HashesWhatDiffersFromTheCommit) {
  commit_a_file();
  write_file_atomic(dir.path() / "a.txt", "two\n");
  const auto state = read_git_state(dir.path());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->diff_sha256.size(), 64U);
  git("add a.txt");
  EXPECT_EQ(read_git_state(dir.path())->diff_sha256, state->diff_sha256);
  write_file_atomic(dir.path() / "a.txt", "three\n");
  EXPECT_NE(read_git_state(dir.path())->diff_sha256, state->diff_sha256);
}

TEST_F(GitStateTest, HasNoCommitInANewRepository) {
  git("init");
  const auto state = read_git_state(dir.path());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->commit, "");
}

}  // namespace
}  // namespace sciwright::record
