#include "jobs/run_jobs.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "jobs/fake.h"

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;

class RunJobsTest : public testing::Test {
 protected:
  RunJobsTest() { launcher.capabilities_now.dependencies = false; }

  /// Jobs of which some depend on the one before, or fail.
  std::vector<Job> make_jobs(int count) {
    std::vector<Job> jobs;
    for (int i = 0; i < count; ++i) {
      const std::string id = "j" + std::to_string(i);
      jobs.push_back({.id = id, .directory = folder.path() / id, .command = {"true"}});
      launcher.set(id, ended(EndingKind::kSuccess, 0));
    }
    return jobs;
  }

  TemporaryDirectory folder;
  FakeLauncher launcher;
  std::int64_t now_ns = 0;
  JobTracker tracker{folder.path(), launcher, fake_clock(&now_ns, 0), {.poll_interval_s = 0}};
};

TEST_F(RunJobsTest, RunsAllAndCountsThem) {
  const auto jobs = make_jobs(2500);
  launcher.set("j7", ended(EndingKind::kFailure, 1));
  launcher.largest_parcel = 300;
  std::set<std::string> told;
  const RunSummary summary = run_jobs(
      tracker, jobs, {.on_change = [&](const JobReport& report) { told.insert(report.id); }});
  EXPECT_EQ(summary.num_succeeded, 2499);
  EXPECT_EQ(summary.num_failed, 1);
  EXPECT_EQ(summary.num_left, 0);
  EXPECT_EQ(told.size(), 2500);
  EXPECT_EQ(launcher.accepted.size(), 2500);
}

TEST_F(RunJobsTest, EndsThoughSomeCanNeverStart) {
  auto jobs = make_jobs(3);
  launcher.set("j0", ended(EndingKind::kFailure, 1));
  jobs[1].after = {"j0"};
  jobs[2].after = {};
  const RunSummary summary = run_jobs(tracker, jobs);
  EXPECT_EQ(summary.num_succeeded, 1);
  EXPECT_EQ(summary.num_failed, 1);
  EXPECT_EQ(summary.num_left, 1);
  EXPECT_THAT(summary.problems, ElementsAre("job j1 depends on one that did not succeed"));
}

TEST_F(RunJobsTest, CountsARefusedJobAsFailed) {
  const auto jobs = make_jobs(2);
  launcher.largest_parcel = 1;
  launcher.refusals = {{"j1", "no such partition"}};
  const RunSummary summary = run_jobs(tracker, jobs);
  EXPECT_EQ(summary.num_failed, 1);
  EXPECT_THAT(summary.problems, testing::Contains("no such partition"));
}

TEST_F(RunJobsTest, StopsWhenItIsToldTo) {
  auto jobs = make_jobs(2);
  launcher.set("j0", {JobState::kRunning, {}, {}});
  int turns = 0;
  const RunSummary summary = run_jobs(tracker, jobs, {.stop = [&] { return ++turns > 4; }});
  EXPECT_EQ(summary.num_left, 1);
}

TEST_F(RunJobsTest, GivesUpWhereNothingCouldBeHandedOver) {
  const auto jobs = make_jobs(2);
  launcher.installed = false;
  std::string told;
  const RunSummary summary =
      run_jobs(tracker, jobs, {.on_silence = [&](const std::string& text) { told += text; }});
  EXPECT_FALSE(summary.reachable);
  EXPECT_EQ(summary.num_left, 2);
  EXPECT_EQ(told, "the fake is not installed");
}

TEST_F(RunJobsTest, WaitsOnForWhatWasHandedOver) {
  const auto jobs = make_jobs(2);
  launcher.largest_parcel = 1;
  launcher.after_accept = [&] { launcher.reachable = false; };
  int told = 0;
  const auto on_silence = [&](const std::string&) {
    ++told;
    now_ns += 10'000'000'000;
  };
  const RunSummary summary =
      run_jobs(tracker, jobs, {.stop = [&] { return told > 0; }, .on_silence = on_silence});
  EXPECT_TRUE(summary.reachable);
  EXPECT_EQ(told, 1);
}

TEST_F(RunJobsTest, WaitsForWhatAnEarlierCallHandedOver) {
  const auto jobs = make_jobs(2);
  tracker.submit(jobs);
  EXPECT_EQ(run_jobs(tracker, jobs).num_succeeded, 2);
  EXPECT_EQ(launcher.accepted.size(), 2);
}

}  // namespace
}  // namespace sciwright::jobs
