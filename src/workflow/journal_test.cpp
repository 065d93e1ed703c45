#include "workflow/journal.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::workflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class JournalTest : public testing::Test {
 protected:
  Clock clock() const { return fake_clock(&now_ns, 1000); }
  void add(const std::string& text) const { std::ofstream(file, std::ios::app) << text; }
  static Event held(const std::string& node) { return {.kind = Event::Kind::kHeld, .node = node}; }
  static std::vector<std::string> nodes(const std::vector<JournalReader::Line>& lines) {
    std::vector<std::string> out;
    for (const auto& line : lines) out.push_back(line.event.node);
    return out;
  }
  std::string message_of_reading() const {
    try {
      JournalReader(file).read_new();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "journal.jsonl";
  std::int64_t now_ns = 5;
};

TEST_F(JournalTest, NumbersAndDatesItsEvents) {
  Journal journal(file, clock());
  journal.append(held("a"));
  now_ns = 20;
  const Event second = journal.append(held("b"));
  EXPECT_EQ(second.seq, 2);
  EXPECT_EQ(read_file(file),
            "{\"seq\":1,\"utc_ns\":1005,\"event\":\"held\",\"node\":\"a\"}\n"
            "{\"seq\":2,\"utc_ns\":1020,\"event\":\"held\",\"node\":\"b\"}\n");
}

TEST_F(JournalTest, GoesOnWhereTheLastWriterEnded) {
  Journal(file, clock()).append(held("a"));
  Journal journal(file, clock());
  EXPECT_THAT(journal.past(), ElementsAre(testing::Field(&Event::node, "a")));
  EXPECT_EQ(journal.append(held("b")).seq, 2);
  EXPECT_EQ(journal.num_cut_bytes(), 0u);
}

TEST_F(JournalTest, CutsATornLineOff) {
  Journal(file, clock()).append(held("a"));
  const std::string whole = read_file(file);
  add(R"({"seq":2,"utc_ns":5,"ev)");
  Journal journal(file, clock());
  EXPECT_EQ(journal.num_cut_bytes(), 23u);
  EXPECT_EQ(read_file(file), whole);
  EXPECT_EQ(journal.append(held("b")).seq, 2);
  EXPECT_THAT(JournalReader(file).read_new(), SizeIs(2));
}

TEST_F(JournalTest, CutsALastLineThatACrashOfTheMachineBroke) {
  Journal(file, clock()).append(held("a"));
  add(std::string(30, '\0') + "}\n");
  EXPECT_EQ(Journal(file, clock()).num_cut_bytes(), 32u);
}

TEST_F(JournalTest, RefusesDamageInTheMiddle) {
  Journal(file, clock()).append(held("a"));
  add("oops\n{\"seq\":3,\"utc_ns\":5,\"event\":\"held\",\"node\":\"c\"}\n");
  EXPECT_THROW(Journal(file, clock()), Error);
  EXPECT_THAT(message_of_reading(),
              StartsWith(file.string() + ":2: this is not event 2 of a journal of version 1"));
}

TEST_F(JournalTest, RefusesALineThatIsThereTwice) {
  Journal(file, clock()).append(held("a"));
  const std::string line = read_file(file);
  add(line + line);
  EXPECT_THAT(message_of_reading(), StartsWith(file.string() + ":2: this is not event 2"));
}

TEST_F(JournalTest, AReaderSeesWholeLinesOnly) {
  Journal journal(file, clock());
  JournalReader reader(file);
  journal.append(held("a"));
  add(R"({"seq":2,"utc_ns":5,"event":"held",)");
  EXPECT_THAT(nodes(reader.read_new()), ElementsAre("a"));
  EXPECT_THAT(reader.read_new(), IsEmpty());
  add("\"node\":\"b\"}\n");
  EXPECT_THAT(nodes(reader.read_new()), ElementsAre("b"));
}

TEST_F(JournalTest, AReaderGivesLinesAsTheyStand) {
  Journal(file, clock()).append(held("a"));
  const auto lines = JournalReader(file).read_new();
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].text + "\n", read_file(file));
}

TEST_F(JournalTest, AReaderOfNoFileFindsNothing) {
  JournalReader reader(file);
  EXPECT_THAT(reader.read_new(), IsEmpty());
  EXPECT_FALSE(reader.was_replaced());
}

TEST_F(JournalTest, AReaderKnowsThatItsFileIsAnother) {
  Journal(file, clock()).append(held("a"));
  JournalReader reader(file);
  reader.read_new();
  EXPECT_FALSE(reader.was_replaced());
  Journal(file, clock()).append(held("b"));
  EXPECT_FALSE(reader.was_replaced());
  const std::string text = read_file(file);
  std::ofstream(file) << "{\"seq\":1,\"utc_ns\":7" << text.substr(18);
  EXPECT_TRUE(reader.was_replaced());
  std::filesystem::remove(file);
  EXPECT_TRUE(reader.was_replaced());
}

TEST_F(JournalTest, ThrowsAFailureThatNamesTheFileOnAFullDisk) {
  const std::filesystem::path full = "/dev/full";
  if (!std::filesystem::exists(full)) GTEST_SKIP() << "there is no /dev/full";
  std::filesystem::create_symlink(full, file);
  Journal journal(file, clock());
  try {
    journal.append(held("a"));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailure);
    EXPECT_EQ(std::string(error.what()), file.string() + ": cannot write: No space left on device");
  }
}

}  // namespace
}  // namespace sciwright::workflow
