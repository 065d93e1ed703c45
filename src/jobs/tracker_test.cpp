#include "jobs/tracker.h"

#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "jobs/fake.h"

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;

/// Stands for kill -9.
struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed") {}
};

class TrackerTest : public testing::Test {
 protected:
  TrackerTest() { restart(); }

  void restart() {
    tracker.reset();
    tracker = std::make_unique<JobTracker>(folder.path(), launcher, fake_clock(&now_ns, 0));
  }

  Job job(const std::string& id) {
    std::filesystem::create_directories(folder.path() / id);
    return {.id = id, .directory = folder.path() / id, .command = {"true"}};
  }

  void write_record(const std::string& id, const std::string& lines) {
    write_file_atomic(folder.path() / id / "job.1.jsonl", lines);
  }

  JobStatus status(const std::string& id) { return tracker->reports().at(id).status; }

  std::vector<std::string> accepted_ids() {
    std::vector<std::string> ids;
    for (const Job& j : launcher.accepted) ids.push_back(j.id);
    return ids;
  }

  TemporaryDirectory folder;
  FakeLauncher launcher;
  std::int64_t now_ns = kSecond;
  std::unique_ptr<JobTracker> tracker;
};

TEST_F(TrackerTest, HandsEachJobOverOnce) {
  const std::vector<Job> jobs = {job("a"), job("b")};
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 2);
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 0);
  restart();
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 0);
  EXPECT_THAT(accepted_ids(), ElementsAre("a", "b"));
}

TEST_F(TrackerTest, KilledBeforeTheJobArrivedItHandsItOverLater) {
  const std::vector<Job> jobs = {job("a")};
  launcher.before_accept = [] { throw Killed(); };
  EXPECT_THROW(tracker->submit(jobs), Killed);
  launcher.before_accept = {};
  restart();
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 1);
  EXPECT_THAT(accepted_ids(), ElementsAre("a"));
}

TEST_F(TrackerTest, KilledAfterTheJobArrivedItAdoptsIt) {
  const std::vector<Job> jobs = {job("a"), job("b")};
  launcher.after_accept = [] { throw Killed(); };
  EXPECT_THROW(tracker->submit(jobs), Killed);
  launcher.after_accept = {};
  restart();
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 0);
  EXPECT_THAT(accepted_ids(), ElementsAre("a", "b"));
  EXPECT_EQ(tracker->ledger().find("b")->handle.scheduler_id, "s2");
}

TEST_F(TrackerTest, HandsNothingOverWhileItCannotAskWhetherItDid) {
  const std::vector<Job> jobs = {job("a")};
  launcher.after_accept = [] { throw Killed(); };
  EXPECT_THROW(tracker->submit(jobs), Killed);
  launcher.after_accept = {};
  launcher.reachable = false;
  restart();
  const SubmitReport report = tracker->submit(jobs);
  EXPECT_FALSE(report.reachable);
  EXPECT_EQ(report.wait_reason, "the fake does not answer");
  EXPECT_THAT(accepted_ids(), ElementsAre("a"));
  launcher.reachable = true;
  now_ns += 40 * kSecond;
  EXPECT_TRUE(tracker->submit(jobs).reachable);
}

TEST_F(TrackerTest, WhatWasNotSentIsNotHandedOver) {
  const std::vector<Job> jobs = {job("a")};
  launcher.installed = false;
  EXPECT_FALSE(tracker->submit(jobs).reachable);
  EXPECT_EQ(tracker->ledger().find("a")->state, LedgerEntry::State::kVoid);
  // It is tried again more and more seldom.
  launcher.installed = true;
  EXPECT_EQ(tracker->submit(jobs).wait_reason, "the fake is not installed");
  now_ns += 40 * kSecond;
  tracker->poll();
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 1);
}

TEST_F(TrackerTest, ARecordWinsOverARefusal) {
  launcher.refusals = {{"a", "no"}};
  tracker->submit(std::vector<Job>{job("a")});
  write_record("a", "{\"event\":\"started\"}\n");
  restart();
  EXPECT_THAT(tracker->poll().changed, IsEmpty());
}

TEST_F(TrackerTest, KeepsAnEndingThatTheSchedulerForgets) {
  tracker->submit(std::vector<Job>{job("a")});
  write_record("a", "{\"event\":\"started\"}\n");
  launcher.set("a", ended(EndingKind::kTimeLimit));
  tracker->poll();
  launcher.set("a", {});
  restart();
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kTimeLimit));
}

TEST_F(TrackerTest, WhatWasCancelledBeforeItBeganIsNotMissed) {
  tracker->submit(std::vector<Job>{job("a")});
  tracker->poll();
  tracker->cancel({"a"});
  launcher.set("a", {});
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kCancelled));
}

TEST_F(TrackerTest, ForgetsARefusalOnceTheJobIsToBeHandedOverAgain) {
  const std::vector<Job> jobs = {job("a"), job("b")};
  launcher.refusals = {{"a", "no"}};
  tracker->submit(jobs);
  launcher.refusals.clear();
  launcher.room = 0;
  restart();
  tracker->submit(jobs);
  EXPECT_EQ(tracker->ledger().find("a")->state, LedgerEntry::State::kVoid);
}

TEST_F(TrackerTest, TricklesWithinTheRoom) {
  const std::vector<Job> jobs = {job("a"), job("b"), job("c"), job("d"), job("e")};
  launcher.largest_parcel = 2;
  launcher.room = 3;
  const SubmitReport first = tracker->submit(jobs);
  EXPECT_EQ(first.num_submitted, 3);
  EXPECT_EQ(first.num_waiting, 2);
  EXPECT_EQ(first.wait_reason, "the fake has no room");
  launcher.room = 10;
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 2);
  EXPECT_THAT(accepted_ids(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(TrackerTest, TellsBlockedJobsWhereverThereIsRoomToLook) {
  std::vector<Job> jobs = {job("a"), job("b"), job("c")};
  jobs[1].after = {"a"};
  launcher.set("a", ended(EndingKind::kFailure, 1));
  launcher.room = 1;
  tracker->submit(jobs);
  tracker->poll();
  launcher.room = 1;
  const SubmitReport report = tracker->submit(jobs);
  EXPECT_THAT(report.blocked, ElementsAre("b"));
  EXPECT_THAT(accepted_ids(), ElementsAre("a", "c"));
}

TEST_F(TrackerTest, ReadsTheRecordOfAJobThatSucceededOnce) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.set("a", ended(EndingKind::kSuccess, 0));
  now_ns += 20 * kSecond;
  launcher.num_records_read = 0;
  tracker->poll();
  EXPECT_EQ(tracker->reports().at("a").status, ended(EndingKind::kSuccess, 0));
  EXPECT_EQ(launcher.num_records_read, 1);
}

TEST_F(TrackerTest, ARefusalDoesNotStopTheOthers) {
  launcher.largest_parcel = 1;
  launcher.refusals = {{"b", "b is refused"}};
  const std::vector<Job> jobs = {job("a"), job("b"), job("c")};
  const SubmitReport report = tracker->submit(jobs);
  EXPECT_EQ(report.num_submitted, 2);
  EXPECT_THAT(report.refused, ElementsAre("b is refused"));
  tracker->poll();
  EXPECT_TRUE(tracker->reports().at("b").refused);
  EXPECT_EQ(tracker->explain("b"), "b is refused");
}

TEST_F(TrackerTest, ARefusedJobMayBeHandedOverAgain) {
  launcher.refusals = {{"a", "no"}};
  tracker->submit(std::vector<Job>{job("a")});
  launcher.refusals.clear();
  EXPECT_EQ(tracker->submit(std::vector<Job>{job("a")}).num_submitted, 1);
}

TEST_F(TrackerTest, PassesDependenciesOnAsTheSchedulersIds) {
  Job second = job("b");
  second.after = {"a"};
  EXPECT_EQ(tracker->submit(std::vector<Job>{job("a"), second}).num_submitted, 2);
  EXPECT_THAT(launcher.accepted.back().after, ElementsAre("s1"));
}

TEST_F(TrackerTest, HoldsDependentsBackWhereTheLauncherKnowsNoDependencies) {
  launcher.capabilities_now.dependencies = false;
  Job second = job("b");
  second.after = {"a"};
  const std::vector<Job> jobs = {job("a"), second};
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 1);
  launcher.set("a", ended(EndingKind::kSuccess, 0));
  tracker->poll();
  EXPECT_EQ(tracker->submit(jobs).num_submitted, 1);
  EXPECT_THAT(accepted_ids(), ElementsAre("a", "b"));
}

TEST_F(TrackerTest, ADependentOfAFailedJobIsNotStarted) {
  launcher.capabilities_now.dependencies = false;
  Job second = job("b");
  second.after = {"a"};
  const std::vector<Job> jobs = {job("a"), second};
  tracker->submit(jobs);
  launcher.set("a", ended(EndingKind::kFailure, 1));
  tracker->poll();
  const SubmitReport report = tracker->submit(jobs);
  EXPECT_EQ(report.num_submitted, 0);
  EXPECT_EQ(report.num_waiting, 0);
  EXPECT_THAT(report.blocked, ElementsAre("b"));
}

TEST_F(TrackerTest, ReportsWhatChanged) {
  tracker->submit(std::vector<Job>{job("a"), job("b")});
  EXPECT_THAT(tracker->poll().changed, ElementsAre("a", "b"));
  now_ns += 20 * kSecond;
  launcher.set("b", {JobState::kRunning, {}, {}});
  EXPECT_THAT(tracker->poll().changed, ElementsAre("b"));
  EXPECT_EQ(status("b").state, JobState::kRunning);
  EXPECT_EQ(status("a").state, JobState::kPending);
}

TEST_F(TrackerTest, AsksAtMostOnceInTheInterval) {
  tracker->submit(std::vector<Job>{job("a")});
  tracker->poll();
  now_ns += 19 * kSecond;
  tracker->poll();
  EXPECT_EQ(launcher.num_polls, 1);
  now_ns += kSecond;
  tracker->poll();
  EXPECT_EQ(launcher.num_polls, 2);
}

TEST_F(TrackerTest, AsksMoreAndMoreSeldomWhileNobodyAnswers) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.reachable = false;
  for (int second = 0; second < 200; ++second, now_ns += kSecond) tracker->poll();
  EXPECT_EQ(launcher.num_polls, 3);  // after 0, 40 and 120 s
}

TEST_F(TrackerTest, AWordOfTheEndCountsWithoutARecordWhereItIsTrusted) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.writes_records = false;
  launcher.set("a", ended(EndingKind::kSuccess, 0));
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kUnknown);
  launcher.capabilities_now.knows_endings = true;
  now_ns += 40 * kSecond;
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kSuccess, 0));
}

TEST_F(TrackerTest, ASchedulerThatDoesNotAnswerLeavesJobsUnknown) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.reachable = false;
  const PollReport poll = tracker->poll();
  EXPECT_FALSE(poll.reachable);
  EXPECT_EQ(poll.message, "the fake does not answer");
  EXPECT_EQ(status("a").state, JobState::kUnknown);
  now_ns += 10000 * kSecond;
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kUnknown);
}

TEST_F(TrackerTest, LearnsTheEndFromTheRecordWhileTheSchedulerIsDown) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.reachable = false;
  write_record("a", "{\"event\":\"started\"}\n{\"event\":\"ended\",\"exit_code\":0}\n");
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kSuccess, 0));
}

TEST_F(TrackerTest, AJobThatNobodyKnowsIsLostOnlyAfterAWhile) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.set("a", {});
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kUnknown);
  now_ns += 60 * kSecond;
  restart();
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kUnknown);
  now_ns += 60 * kSecond;
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kLost));
}

TEST_F(TrackerTest, AJobThatIsKnownAgainIsNotLost) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.set("a", {});
  tracker->poll();
  now_ns += 60 * kSecond;
  launcher.set("a", {JobState::kRunning, {}, {}});
  tracker->poll();
  now_ns += 100 * kSecond;
  launcher.set("a", {});
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kUnknown);
}

TEST_F(TrackerTest, HandsOverAgainWhatWasDroppedBeforeItStarted) {
  tracker->submit(std::vector<Job>{job("a")});
  launcher.drop("a");
  EXPECT_THAT(tracker->poll().changed, testing::IsEmpty());  // it has no report to look at
  EXPECT_FALSE(tracker->reports().contains("a"));
  restart();
  EXPECT_EQ(tracker->submit(std::vector<Job>{job("a")}).num_submitted, 1);
}

TEST_F(TrackerTest, BelievesNoSuccessWithoutARecord) {
  launcher.writes_records = false;
  tracker->submit(std::vector<Job>{job("a")});
  launcher.set("a", ended(EndingKind::kSuccess, 0));
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kUnknown);
  now_ns += 120 * kSecond;
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kLost));
}

TEST_F(TrackerTest, BelievesALauncherThatStartedTheProcessItself) {
  launcher.writes_records = false;
  launcher.capabilities_now.knows_endings = true;
  tracker->submit(std::vector<Job>{job("a")});
  launcher.set("a", ended(EndingKind::kSuccess, 0));
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kSuccess, 0));
}

TEST_F(TrackerTest, TakesBackWhatWaitsAndLeavesWhatRuns) {
  tracker->submit(std::vector<Job>{job("a"), job("b")});
  launcher.set("a", {JobState::kRunning, {}, {}});
  EXPECT_EQ(tracker->take_back({"a", "b"}), "");
  EXPECT_EQ(launcher.cancelled, (std::vector<std::string>{"s2"}));
}

TEST_F(TrackerTest, CancelsAndSaysSo) {
  tracker->submit(std::vector<Job>{job("a"), job("b")});
  EXPECT_EQ(tracker->cancel({"b"}), "");
  EXPECT_THAT(launcher.cancelled, ElementsAre("s2"));
  launcher.set("b", ended(EndingKind::kFailure, {}, 15));
  tracker->poll();
  EXPECT_EQ(status("b"), ended(EndingKind::kCancelled, {}, 15));
}

TEST_F(TrackerTest, ARepetitionIsAnAttemptOfItsOwn) {
  Job first = job("a");
  tracker->submit(std::vector<Job>{first});
  launcher.set("a", ended(EndingKind::kNodeFailure));
  tracker->poll();
  first.attempt = 2;
  EXPECT_EQ(tracker->submit(std::vector<Job>{first}).num_submitted, 1);
  launcher.set("a", {JobState::kRunning, {}, {}});
  now_ns += 20 * kSecond;
  tracker->poll();
  EXPECT_EQ(status("a").state, JobState::kRunning);
  EXPECT_EQ(tracker->reports().at("a").handle.attempt, 2);
}

TEST_F(TrackerTest, RefusesASecondProcess) {
  try {
    JobTracker second(folder.path(), launcher, fake_clock(&now_ns, 0));
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("jobs.lock"));
  }
}

}  // namespace
}  // namespace sciwright::jobs
