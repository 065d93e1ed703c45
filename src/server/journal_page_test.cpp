#include "server/journal_page.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::filesystem::path write(const TemporaryDirectory& folder, const std::string& text) {
  const auto file = folder.path() / "journal.jsonl";
  std::ofstream(file) << text;
  return file;
}

TEST(JournalPage, BeginsBehindANumber) {
  const TemporaryDirectory folder;
  const JournalPage page = read_journal_page(write(folder, "1\n2\n3\n4\n"), 1, 2);
  EXPECT_THAT(page.lines, ElementsAre("2", "3"));
  EXPECT_EQ(page.last_id, 3);
}

TEST(JournalPage, ATornLineIsNone) {
  const TemporaryDirectory folder;
  EXPECT_THAT(read_journal_page(write(folder, "1\n2"), 0, 10).lines, ElementsAre("1"));
}

TEST(JournalPage, LinesMayBeLongerThanAPiece) {
  const TemporaryDirectory folder;
  const std::string lengthy(700'000, 'x');
  const JournalPage page =
      read_journal_page(write(folder, lengthy + "\n" + lengthy + "y\n"), 1, 10);
  EXPECT_THAT(page.lines, ElementsAre(lengthy + "y"));
}

TEST(JournalPage, BehindTheEndIsNothing) {
  const TemporaryDirectory folder;
  const JournalPage page = read_journal_page(write(folder, "1\n"), 5, 10);
  EXPECT_THAT(page.lines, IsEmpty());
  EXPECT_EQ(page.last_id, 5);
}

TEST(JournalPage, WithoutAFileIsNothing) {
  EXPECT_THAT(read_journal_page("/nowhere/journal.jsonl", 0, 10).lines, IsEmpty());
}

}  // namespace
}  // namespace sciwright::server
