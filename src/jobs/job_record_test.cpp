#include "jobs/job_record.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "base/process.h"

namespace sciwright::jobs {
namespace {

constexpr const char* kStarted =
    R"({"schema_version":1,"job":"a","attempt":1,"scheduler":"slurm","time_limit_s":60,"event":"started","utc":"2026-11-25T10:00:00Z","host":"n1","pid":12,"pid_start":"345","boot":"b","scheduler_id":"7_1"})"
    "\n";

/// 2026-11-25T10:00:10Z.
constexpr std::int64_t kAsked = 1'795'600'810'000'000'000;

std::string with_end(const std::string& rest) {
  return std::string(kStarted) + R"({"event":"ended",)" + rest + "}\n";
}

TEST(JobRecord, ReadsStartAndEnd) {
  const JobRecord record =
      parse_job_record(with_end(R"("utc":"2026-11-25T10:00:30Z","exit_code":3)"));
  ASSERT_TRUE(record.start);
  EXPECT_EQ(record.start->host, "n1");
  EXPECT_EQ(record.start->pid, 12);
  EXPECT_EQ(record.start->scheduler_id, "7_1");
  EXPECT_EQ(record.ending, (Ending{EndingKind::kFailure, 3, {}}));
  EXPECT_EQ(record.elapsed_s, 30);
}

TEST(JobRecord, AnEmptyFileIsAClaimWithoutAStart) {
  const JobRecord record = parse_job_record("");
  EXPECT_TRUE(record.claimed);
  EXPECT_FALSE(record.start);
}

TEST(JobRecord, AMissingFileIsNoClaim) {
  EXPECT_FALSE(read_job_record("no-such-folder/job.1.jsonl").claimed);
}

TEST(JobRecord, ATornLastLineWasNotWritten) {
  EXPECT_FALSE(parse_job_record(std::string(kStarted) + R"({"event":"ended","exit_c)").ending);
}

TEST(JobRecord, AStartAfterAnEndBeginsAnew) {
  const std::string text = with_end(R"("exit_code":1)") + kStarted;
  EXPECT_FALSE(parse_job_record(text).ending);
}

TEST(JobRecord, ReadsASignalFromTheShellsExitCode) {
  EXPECT_EQ(parse_job_record(with_end(R"("exit_code":137)")).ending,
            (Ending{EndingKind::kFailure, {}, 9}));
}

TEST(Presence, KnowsThisProcessAndThatItsNumberMayBeAnothers) {
  RecordedStart start{.host = host_name(),
                      .pid = ::getpid(),
                      .pid_start = process_start(::getpid()),
                      .boot = boot_id()};
  EXPECT_EQ(presence_of(start), Presence::kAlive);
  start.pid_start += "1";
  EXPECT_EQ(presence_of(start), Presence::kGone);
}

TEST(Presence, AProcessOfAnEarlierBootIsGone) {
  EXPECT_EQ(presence_of({.host = host_name(),
                         .pid = ::getpid(),
                         .pid_start = process_start(::getpid()),
                         .boot = "another"}),
            Presence::kGone);
}

TEST(Presence, SaysNothingAboutOtherHosts) {
  EXPECT_EQ(presence_of({.host = "elsewhere", .pid = 1}), Presence::kElsewhere);
}

TEST(FoldStatus, BelievesTheRecordWhereTheSchedulerKnowsNothing) {
  EXPECT_EQ(fold_status(parse_job_record(with_end(R"("exit_code":0)")), {}, 0),
            ended(EndingKind::kSuccess, 0));
}

TEST(FoldStatus, BelievesTheSchedulerAboutWhyAJobWasStopped) {
  EXPECT_EQ(fold_status(parse_job_record(with_end(R"("exit_code":137)")),
                        ended(EndingKind::kOutOfMemory), 0),
            ended(EndingKind::kOutOfMemory, {}, 9));
}

TEST(FoldStatus, ASuccessStaysOne) {
  EXPECT_EQ(fold_status(parse_job_record(with_end(R"("exit_code":0)")),
                        ended(EndingKind::kNodeFailure), 0),
            ended(EndingKind::kSuccess, 0));
}

TEST(FoldStatus, SeesATimeLimitByTheClockWhereNobodyElseKnows) {
  const std::string text =
      with_end(R"("utc":"2026-11-25T10:01:02Z","exit_code":143,"terminated":true)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, 0), ended(EndingKind::kTimeLimit, {}, 15));
}

TEST(FoldStatus, ATimeLimitMayKillTheCommandBeforeItsShell) {
  const std::string text = with_end(R"("utc":"2026-11-25T10:01:24Z","exit_code":143)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, 0), ended(EndingKind::kTimeLimit, {}, 15));
}

TEST(FoldStatus, ASignalAfterACancelIsACancel) {
  EXPECT_EQ(fold_status(parse_job_record(with_end(R"("exit_code":143)")), {}, kAsked),
            ended(EndingKind::kCancelled, {}, 15));
}

TEST(FoldStatus, WhoSavesAndSaysZeroWhenItIsCancelledIsCancelled) {
  const std::string text =
      with_end(R"("utc":"2026-11-25T10:00:10Z","exit_code":0,"terminated":true)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, kAsked), ended(EndingKind::kCancelled, 0));
}

TEST(FoldStatus, WhoSavesAndSaysZeroAtItsTimeLimitWasStopped) {
  const std::string text =
      with_end(R"("utc":"2026-11-25T10:01:02Z","exit_code":0,"terminated":true)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, 0), ended(EndingKind::kTimeLimit, 0));
}

TEST(FoldStatus, TheSchedulerKnowsWhySomethingThatSaysZeroWasStopped) {
  const std::string text =
      with_end(R"("utc":"2026-11-25T10:00:10Z","exit_code":0,"terminated":true)");
  EXPECT_EQ(fold_status(parse_job_record(text), ended(EndingKind::kPreempted), 0),
            ended(EndingKind::kPreempted, 0));
}

TEST(FoldStatus, ASignalThatNobodyOwnsUpToIsACancelToo) {
  const std::string text =
      with_end(R"("utc":"2026-11-25T10:00:10Z","exit_code":0,"terminated":true)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, 0), ended(EndingKind::kCancelled, 0));
}

TEST(FoldStatus, AnEndBeforeTheCancelIsASuccess) {
  const std::string text = with_end(R"("utc":"2026-11-25T10:00:10Z","exit_code":0)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, kAsked), ended(EndingKind::kSuccess, 0));
}

TEST(FoldStatus, AnEndAfterTheCancelIsNoneThoughNoSignalIsOnRecord) {
  const std::string text = with_end(R"("utc":"2026-11-25T10:00:11Z","exit_code":0)");
  EXPECT_EQ(fold_status(parse_job_record(text), {}, kAsked), ended(EndingKind::kCancelled, 0));
}

TEST(FoldStatus, ALineThatItIsToEndCountsBeforeItsEndOnly) {
  const std::string line = "{\"event\":\"terminating\"}\n";
  EXPECT_TRUE(
      parse_job_record(kStarted + line + "{\"event\":\"ended\",\"exit_code\":0}\n").was_terminated);
  EXPECT_FALSE(parse_job_record(with_end(R"("exit_code":0)") + line).was_terminated);
}

TEST(FoldStatus, SilenceIsNotDeath) {
  EXPECT_EQ(fold_status(parse_job_record(kStarted), {}, 0),
            (JobStatus{JobState::kUnknown, {}, "started on n1"}));
}

}  // namespace
}  // namespace sciwright::jobs
