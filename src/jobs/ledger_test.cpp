#include "jobs/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LedgerTest : public testing::Test {
 protected:
  Ledger open() { return {folder.path(), fake_clock(&now_ns, 0)}; }
  std::filesystem::path file() const { return folder.path() / "jobs.jsonl"; }

  TemporaryDirectory folder;
  std::vector<Job> jobs = {{.id = "a", .directory = folder.path() / "runs" / "a"},
                           {.id = "b", .directory = "/elsewhere/b", .attempt = 2}};
  std::int64_t now_ns = 5;
};

TEST_F(LedgerTest, IsReadBackAsItWasWritten) {
  {
    Ledger ledger = open();
    ledger.intend("p-1", "slurm", jobs);
    ledger.submitted("p-1", {"7_1", "7_2"});
    ledger.cancelling({"b"});
  }
  const Ledger ledger = open();
  ASSERT_NE(ledger.find("a"), nullptr);
  EXPECT_EQ(ledger.find("a")->state, LedgerEntry::State::kSubmitted);
  EXPECT_EQ(ledger.find("a")->launcher, "slurm");
  EXPECT_EQ(ledger.find("a")->handle.directory, folder.path() / "runs" / "a");
  EXPECT_EQ(ledger.find("b")->handle.scheduler_id, "7_2");
  EXPECT_EQ(ledger.find("b")->handle.attempt, 2);
  EXPECT_EQ(ledger.find("b")->handle.directory, "/elsewhere/b");
  EXPECT_TRUE(ledger.find("b")->cancelled_utc_ns > 0);
  EXPECT_THAT(ledger.open_parcels(), IsEmpty());
}

TEST_F(LedgerTest, KeepsAnIntentOpenUntilItIsSettled) {
  { open().intend("p-1", "slurm", jobs); }
  EXPECT_THAT(open().open_parcels(), ElementsAre(testing::Pair("p-1", ElementsAre("a", "b"))));
}

TEST_F(LedgerTest, MovesWithItsTree) {
  { open().intend("p-1", "slurm", jobs); }
  const TemporaryDirectory other;
  std::filesystem::copy(file(), other.path() / "jobs.jsonl");
  const Ledger moved(other.path(), fake_clock(&now_ns, 0));
  EXPECT_EQ(moved.find("a")->handle.directory, other.path() / "runs" / "a");
}

TEST_F(LedgerTest, ATornLineWasNotWrittenAndSpoilsNoOther) {
  { open().intend("p-1", "slurm", jobs); }
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 4);
  {
    Ledger ledger = open();
    EXPECT_THAT(ledger.torn_lines(), IsEmpty());  // somebody may be writing it
    EXPECT_EQ(ledger.find("a"), nullptr);
    ledger.intend("p-2", "slurm", jobs);
  }
  EXPECT_THAT(open().torn_lines(),
              ElementsAre(file().string() + ":1: this line cannot be read and does not count"));
  EXPECT_THAT(open().open_parcels(), ElementsAre(testing::Pair("p-2", testing::_)));
}

TEST_F(LedgerTest, MissesAnIntentUntilAScan) {
  {
    Ledger ledger = open();
    ledger.intend("p-1", "slurm", jobs);
    ledger.submitted("p-1", {"7_1", "7_2"});
  }
  const std::string text = read_file(file());
  write_file_atomic(file(), "{\"event\":\"intxxx" + text.substr(text.find('\n')));
  Ledger ledger = open();
  EXPECT_THAT(ledger.torn_lines(), testing::SizeIs(1));
  EXPECT_THAT(ledger.lost_intents(),
              ElementsAre(file().string() + ":2: which jobs parcel p-1 had is not known any more"));
  ledger.scanned();
  EXPECT_THAT(open().torn_lines(), IsEmpty());
  EXPECT_THAT(open().lost_intents(), IsEmpty());
}

TEST_F(LedgerTest, WritesNothingBeforeTheFirstEvent) {
  open();
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(LedgerTest, WritesTheDocumentedForm) {
  Ledger ledger = open();
  ledger.intend("p-1", "slurm", jobs);
  ledger.submitted("p-1", {"7_1", "7_2"});
  EXPECT_EQ(
      read_file(file()),
      R"({"event":"intent","utc_ns":5,"schema_version":1,"parcel":"p-1","launcher":"slurm","jobs":[{"id":"a","attempt":1,"directory":"runs/a"},{"id":"b","attempt":2,"directory":"/elsewhere/b"}]}
{"event":"submitted","utc_ns":5,"parcel":"p-1","scheduler_ids":["7_1","7_2"]}
)");
}

}  // namespace
}  // namespace sciwright::jobs
