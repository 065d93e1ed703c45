// Jobs on a real Slurm, with and without accounting.

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/files.h"
#include "jobs/slurm_launcher.h"
#include "jobs/tracker.h"
#include "record/batch_job.h"
#include "slurm_in_a_folder.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// One tracker over one sweep, made anew as a command that is called again would be.
class Sweep final {
 public:
  explicit Sweep(SlurmOptions options = {}) : options_(std::move(options)) {
    options_.directory = folder_.path() / "slurm";
    options_.poll_interval_s = 0.3;
    restart();
  }

  void restart() {
    tracker_.reset();
    launcher_ = std::make_unique<SlurmLauncher>(options_, system_clock());
    tracker_ = std::make_unique<JobTracker>(folder_.path(), *launcher_, system_clock());
  }

  void add(const std::string& id, const std::string& command, double time_limit_s = 300) {
    Job job{.id = id, .directory = folder_.path() / id, .command = {"sh", "-c", command}};
    fs::create_directories(job.directory);
    job.resources.time_limit_s = time_limit_s;
    jobs.push_back(job);
  }

  /// Submits what there is room for and polls, until `done` or for `limit_s`.
  bool run_until(const std::function<bool()>& done, double limit_s = 100) {
    return wait_until(
        [&] {
          tracker_->submit(jobs);
          tracker_->poll();
          return done();
        },
        limit_s);
  }

  std::size_t num_ended() const {
    std::size_t count = 0;
    for (const auto& [id, report] : tracker_->reports()) {
      if (report.status.ending) ++count;
    }
    return count;
  }

  bool all_ended() const { return num_ended() == jobs.size(); }

  std::string ending(const std::string& id) const {
    const auto it = tracker_->reports().find(id);
    if (it == tracker_->reports().end() || !it->second.status.ending) return "none";
    return std::string(ending_name(it->second.status.ending->kind));
  }

  std::string output(const std::string& id) const {
    const fs::path file = folder_.path() / id / kStdoutFile;
    return fs::exists(file) ? read_file(file) : "";
  }

  JobTracker& tracker() { return *tracker_; }

  std::vector<Job> jobs;

 private:
  const TemporaryDirectory folder_;
  SlurmOptions options_;
  std::unique_ptr<SlurmLauncher> launcher_;
  std::unique_ptr<JobTracker> tracker_;
};

/// One Slurm for all tests of a kind: it takes seconds to start.
template <bool kAccounting>
class SlurmSite : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!SlurmInAFolder::obstacle().empty()) return;
    slurm = std::make_unique<SlurmInAFolder>(
        SlurmInAFolder::Options{.accounting = kAccounting, .min_job_age_s = kAccounting ? 300 : 2});
  }
  static void TearDownTestSuite() { slurm.reset(); }
  void SetUp() override {
    if (!slurm) GTEST_SKIP() << SlurmInAFolder::obstacle();
  }
  static inline std::unique_ptr<SlurmInAFolder> slurm;
};

using SlurmWithAccounting = SlurmSite<true>;
using SlurmWithoutAccounting = SlurmSite<false>;

std::string expected_ending(int i) {
  if (i < 2) return "time_limit";
  return i % 7 == 0 ? "failure" : "success";
}

/// Sixty jobs: two run out of time (Slurm counts whole minutes), some fail.
void add_sixty(Sweep& sweep) {
  for (int i = 0; i < 60; ++i) {
    const std::string id = "j" + std::to_string(i);
    if (i < 2)
      sweep.add(id, "echo ran; exec sleep 300", 60);
    else
      sweep.add(id, i % 7 == 0 ? "echo ran; exit 3" : "echo ran");
  }
}

/// Each ended as it should, and ran exactly once.
void expect_all_as_they_should(const Sweep& sweep) {
  for (int i = 0; i < 60; ++i) {
    const std::string id = "j" + std::to_string(i);
    EXPECT_EQ(sweep.ending(id), expected_ending(i)) << id;
    EXPECT_EQ(sweep.output(id), "ran\n") << id;
  }
}

TEST_F(SlurmWithAccounting, SixtyJobsEndCorrectlyThroughARestartOfTheController) {
  Sweep sweep;
  EXPECT_EQ(SlurmLauncher({}, system_clock()).limits().max_submit_of(""), 12);
  add_sixty(sweep);
  ASSERT_TRUE(sweep.run_until([&] { return sweep.num_ended() >= 20; }));
  slurm->stop_controller();
  sweep.restart();
  const PollReport blind = sweep.tracker().poll();
  EXPECT_FALSE(blind.reachable);
  EXPECT_THAT(blind.message, HasSubstr("Unable to contact slurm controller"));
  EXPECT_EQ(sweep.tracker().reports().at("j0").status.state, JobState::kUnknown);
  EXPECT_FALSE(sweep.tracker().submit(sweep.jobs).num_submitted > 0);
  slurm->start_controller();
  ASSERT_TRUE(sweep.run_until([&] { return sweep.all_ended(); }));
  expect_all_as_they_should(sweep);
}

TEST_F(SlurmWithAccounting, AKilledSubmissionStartsNothingTwice) {
  Sweep sweep;
  for (int i = 0; i < 20; ++i) sweep.add("k" + std::to_string(i), "echo ran");
  for (int kill = 0; kill < 8; ++kill) {
    const pid_t command = ::fork();
    if (command == 0) {
      sweep.restart();
      sweep.run_until([] { return false; });
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(40 + 60 * kill));
    ::kill(command, SIGKILL);
    ::waitpid(command, nullptr, 0);
  }
  sweep.restart();
  ASSERT_TRUE(sweep.run_until([&] { return sweep.all_ended(); }));
  for (const Job& job : sweep.jobs) EXPECT_EQ(sweep.output(job.id), "ran\n") << job.id;
}

TEST_F(SlurmWithAccounting, CancelsAndHonoursDependenciesAndOverrides) {
  Sweep sweep;
  sweep.add("first", "exec sleep 300");
  sweep.add("second", "echo second");
  sweep.jobs.back().after = {"first"};
  sweep.add("third", "exit 1");
  sweep.add("fourth", "echo fourth");
  sweep.jobs.back().after = {"third"};
  ASSERT_TRUE(sweep.run_until([&] {
    return sweep.tracker().reports().size() == 4 &&
           sweep.tracker().reports().at("first").status.state == JobState::kRunning;
  }));
  EXPECT_EQ(sweep.tracker().explain("second"), "It waits for the jobs it depends on.");
  EXPECT_EQ(sweep.tracker().cancel({"first"}), "");
  ASSERT_TRUE(sweep.run_until([&] { return sweep.all_ended(); }));
  EXPECT_EQ(sweep.ending("first"), "cancelled");
  EXPECT_EQ(sweep.ending("second"), "cancelled");
  EXPECT_EQ(sweep.ending("fourth"), "cancelled");
  EXPECT_EQ(sweep.output("fourth"), "");
}

TEST_F(SlurmWithAccounting, PacksManySmallJobsIntoOneAllocation) {
  Sweep sweep({.jobs_per_task = 25, .slots_per_task = 2});
  for (int i = 0; i < 50; ++i) {
    sweep.add("p" + std::to_string(i), i == 30 ? "echo ran; exit 2" : "echo ran");
  }
  ASSERT_TRUE(sweep.run_until([&] { return sweep.all_ended(); }));
  for (const Job& job : sweep.jobs) {
    EXPECT_EQ(sweep.ending(job.id), job.id == "p30" ? "failure" : "success") << job.id;
    EXPECT_EQ(sweep.output(job.id), "ran\n") << job.id;
  }
}

TEST_F(SlurmWithAccounting, TellsWhenEachTaskOfAnArrayWasQueuedAndStarted) {
  Sweep sweep({.overrides = {"--exclusive"}});
  for (const char* id : {"a", "b"}) sweep.add(id, "echo $SLURM_JOB_ID; exec sleep 3");
  const std::int64_t before_ns = system_clock().utc_ns();
  ASSERT_TRUE(sweep.run_until([&] { return sweep.all_ended(); }));
  std::int64_t longest_ns = 0;
  for (const Job& job : sweep.jobs) {
    std::string id = sweep.output(job.id);
    id.pop_back();
    const auto times = record::read_batch_job({{"SLURM_JOB_ID", id}});
    ASSERT_EQ(times->problem, "");
    longest_ns = std::max(longest_ns, *times->start_ns - *times->eligible_ns);
    EXPECT_GE(*times->start_ns, before_ns - 2'000'000'000);
    EXPECT_LE(*times->start_ns, system_clock().utc_ns());
  }
  EXPECT_GE(longest_ns, 2'000'000'000);  // one waited for the other
}

TEST_F(SlurmWithAccounting, ARefusalIsSaidInPlainWords) {
  Sweep sweep({.overrides = {"--partition=nowhere"}});
  sweep.add("a", "true");
  const SubmitReport report = sweep.tracker().submit(sweep.jobs);
  ASSERT_EQ(report.refused.size(), 1);
  EXPECT_THAT(report.refused.front(), HasSubstr("There is no such partition"));
}

TEST_F(SlurmWithoutAccounting, SixtyJobsEndCorrectlyThoughSqueueForgetsThem) {
  Sweep sweep;
  EXPECT_EQ(SlurmLauncher({}, system_clock()).limits().max_submit_of(""), SlurmLimits::kNone);
  add_sixty(sweep);
  ASSERT_TRUE(sweep.run_until([&] { return sweep.num_ended() >= 10; }));
  slurm->stop_controller();
  sweep.restart();
  slurm->start_controller();
  ASSERT_TRUE(sweep.run_until([&] { return sweep.all_ended(); }));
  expect_all_as_they_should(sweep);
}

}  // namespace
}  // namespace sciwright::jobs
