#include "campaign/state.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "campaign/session.h"
#include "campaign/status_report.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

/// A study of experiments a, b, c … with what happened to them written by hand.
class States : public testing::Test {
 protected:
  States() {
    std::string lines = R"({"kind":"generate","schema_version":1,"parameters":["x"]})"
                        "\n";
    for (const char* name : {"a", "b", "c", "d"}) {
      experiment::ManifestEntry entry;
      entry.id = entry.name = entry.directory = name;
      entry.script = "job.sh";
      entry.config = "config.yaml";
      lines += experiment::manifest_line(entry) + "\n";
      fs::create_directories(folder_.path() / name);
    }
    write_file_atomic(folder_.path() / experiment::kManifestFile, lines);
  }

  void ledger(const std::string& lines) { write_file_atomic(folder_.path() / "jobs.jsonl", lines); }
  void record(const std::string& name, int attempt, const std::string& lines) {
    write_file_atomic(jobs::record_path(folder_.path() / name, attempt), lines);
  }
  std::string line() {
    const Session session = open_session(folder_.path(), system_clock());
    return status_line(
        status_rows(session.folder, session.manifest, session.states, {0, 1, 2, 3}, 0));
  }

  TemporaryDirectory folder_;
};

constexpr const char* kStarted =
    R"({"schema_version":1,"job":"a","attempt":1,"scheduler":"slurm","event":"started","utc":"2026-11-25T10:00:00Z","host":"n1","pid":12,"pid_start":"345","boot":"b","scheduler_id":"7_1"})"
    "\n";
constexpr const char* kEndedWell = R"({"event":"ended","utc":"2026-11-25T10:04:10Z","exit_code":0})"
                                   "\n";

TEST_F(States, NothingWrittenIsNew) { EXPECT_EQ(line(), "4 experiments: 4 new"); }

TEST_F(States, ARecordWinsOverARefusal) {
  ledger(
      R"({"event":"intent","utc_ns":1,"schema_version":1,"parcel":"p","launcher":"slurm","jobs":[{"id":"a","attempt":1,"directory":"a"},{"id":"b","attempt":1,"directory":"b"}]})"
      "\n"
      R"({"event":"refused","utc_ns":2,"parcel":"p","message":"no"})"
      "\n");
  record("a", 1, std::string(kStarted) + kEndedWell);
  EXPECT_EQ(line(), "4 experiments: 1 succeeded, 2 new, 1 refused");
}

TEST_F(States, KeepWhatASchedulerSaidOnce) {
  ledger(
      R"({"event":"intent","utc_ns":1,"schema_version":1,"parcel":"p","launcher":"slurm","jobs":[{"id":"a","attempt":1,"directory":"a"},{"id":"b","attempt":1,"directory":"b"}]})"
      "\n"
      R"({"event":"submitted","utc_ns":2,"parcel":"p","scheduler_ids":["7_1","7_2"]})"
      "\n"
      R"({"event":"ended","utc_ns":3,"kind":"time_limit","jobs":["a","b"]})"
      "\n");
  record("a", 1, kStarted);
  record("b", 1, std::string(kStarted) + kEndedWell);
  EXPECT_EQ(line(), "4 experiments: 1 succeeded, 2 new, 1 time_limit");
}

TEST_F(States, FoldLedgerAndRecords) {
  ledger(
      R"({"event":"intent","utc_ns":1,"schema_version":1,"parcel":"p","launcher":"slurm","jobs":[{"id":"a","attempt":1,"directory":"a"},{"id":"b","attempt":1,"directory":"b"},{"id":"c","attempt":1,"directory":"c"}]})"
      "\n"
      R"({"event":"submitted","utc_ns":2,"parcel":"p","scheduler_ids":["7_1","7_2","7_3"]})"
      "\n");
  record("a", 1, std::string(kStarted) + kEndedWell);
  record("b", 1,
         std::string(kStarted) + R"({"event":"ended","utc":"2026-11-25T10:00:10Z","exit_code":3})"
                                 "\n");
  EXPECT_EQ(line(), "4 experiments: 1 succeeded, 1 unknown, 1 new, 1 failure");
}

TEST_F(States, RecordsAloneAreEnough) {
  record("a", 1,
         std::string(kStarted) + R"({"event":"ended","exit_code":3})"
                                 "\n");
  record("a", 2, std::string(kStarted) + kEndedWell);
  EXPECT_EQ(line(), "4 experiments: 1 succeeded, 3 new");
  const Session session = open_session(folder_.path(), system_clock());
  EXPECT_EQ(session.states[0].attempt, 2);
  EXPECT_EQ(session.states[0].scheduler_id, "7_1");
  EXPECT_EQ(session.states[0].record.elapsed_s, 250);
}

TEST_F(States, AResultWithoutAJobIsASuccess) {
  fs::create_directories(folder_.path() / "d" / "run");
  write_file_atomic(folder_.path() / "d" / "run" / "result.json", "{}");
  EXPECT_EQ(line(), "4 experiments: 1 succeeded, 3 new");
}

TEST_F(States, ALocalJobWhoseProcessIsGoneIsLost) {
  ledger(
      R"({"event":"intent","utc_ns":1,"schema_version":1,"parcel":"p","launcher":"local","jobs":[{"id":"a","attempt":1,"directory":"a"}]})"
      "\n"
      R"({"event":"submitted","utc_ns":2,"parcel":"p","scheduler_ids":["p.0"]})"
      "\n");
  record(
      "a", 1,
      R"({"event":"started","utc":"2026-11-25T10:00:00Z","pid":1,"pid_start":"0","boot":"another","host":")" +
          host_name() + "\"}\n");
  EXPECT_EQ(line(), "4 experiments: 3 new, 1 lost");
}

TEST_F(States, ReadingChangesNothing) {
  ledger("{\"event\":\"int");
  EXPECT_EQ(line(), "4 experiments: 4 new");
  EXPECT_EQ(read_file(folder_.path() / "jobs.jsonl"), "{\"event\":\"int");
}

}  // namespace
}  // namespace sciwright::campaign
