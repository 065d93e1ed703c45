#include "jobs/local_launcher.h"

#include <csignal>
#include <fstream>
#include <memory>
#include <poll.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/files.h"
#include "base/process.h"
#include "jobs/run_jobs.h"
#include "jobs/tracker.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A named pipe: a job that reads it runs until the test lets it go on.
class Gate final {
 public:
  explicit Gate(fs::path path) : path_(std::move(path)) { ::mkfifo(path_.c_str(), 0600); }
  std::string wait_command() const { return "read line <" + path_.string(); }
  void open() const { write(path_); }
  const fs::path& path() const { return path_; }

 private:
  static void write(const fs::path& path) {
    FILE* file = std::fopen(path.c_str(), "w");
    std::fputs("go\n", file);
    std::fclose(file);
  }
  fs::path path_;
};

class LocalLauncherTest : public testing::Test {
 protected:
  void start(int num_slots, double grace_s = 10) {
    tracker.reset();
    launcher.reset();
    launcher = std::make_unique<LocalLauncher>(num_slots, grace_s);
    tracker = std::make_unique<JobTracker>(folder.path(), *launcher, system_clock());
  }

  Job shell(const std::string& id, const std::string& command) {
    fs::create_directories(folder.path() / id);
    return {.id = id, .directory = folder.path() / id, .command = {"sh", "-c", command}};
  }

  void submit(const std::vector<Job>& jobs) { tracker->submit(jobs); }

  JobStatus status(const std::string& id) { return tracker->reports().at(id).status; }

  /// Polls until the job is in that state.
  void wait_for(const std::string& id, JobState state) {
    for (tracker->poll(); status(id).state != state; tracker->poll()) {
      pollfd change{launcher->change_descriptor(), POLLIN, 0};
      ::poll(&change, 1, 10);
    }
  }

  std::string text(const std::string& id, const char* file) {
    return read_file(folder.path() / id / file);
  }

  TemporaryDirectory folder;
  std::unique_ptr<LocalLauncher> launcher;
  std::unique_ptr<JobTracker> tracker;
};

TEST_F(LocalLauncherTest, RunsACommandAndRecordsItsEnd) {
  start(1);
  Job job = shell("a", "echo $WORD; echo bad >&2; pwd; exit 3");
  job.environment = {{"WORD", "two words"}};
  submit({job});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kFailure, 3));
  EXPECT_EQ(text("a", "job.out"), "two words\n" + job.directory.string() + "\n");
  EXPECT_EQ(text("a", "job.err"), "bad\n");
  const JobRecord& record = tracker->reports().at("a").record;
  ASSERT_TRUE(record.start);
  EXPECT_EQ(record.start->host, host_name());
  EXPECT_EQ(record.ending, (Ending{EndingKind::kFailure, 3, {}}));
}

TEST_F(LocalLauncherTest, TellsASignalFromAnExitCode) {
  start(1);
  submit({shell("a", "kill -SEGV $$"), shell("b", "exit 139")});
  wait_for("a", JobState::kEnded);
  wait_for("b", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kFailure, {}, SIGSEGV));
}

TEST_F(LocalLauncherTest, SaysThatAProgramIsNotThere) {
  start(1);
  Job job = shell("a", "");
  job.command = {"no-such-program-of-sciwright"};
  submit({job});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kFailure, 127));
  EXPECT_THAT(text("a", "job.err"), HasSubstr("cannot start no-such-program-of-sciwright"));
}

TEST_F(LocalLauncherTest, RunsNoMoreThanItsPlacesAtOnce) {
  start(2);
  const Gate first(folder.path() / "first");
  const Gate second(folder.path() / "second");
  submit({shell("a", first.wait_command()), shell("b", second.wait_command()), shell("c", "true")});
  wait_for("a", JobState::kRunning);
  wait_for("b", JobState::kRunning);
  EXPECT_EQ(status("c").state, JobState::kPending);
  EXPECT_EQ(tracker->explain("c"), "All 2 places are taken; it starts when one is free.");
  first.open();
  wait_for("c", JobState::kEnded);
  second.open();
  wait_for("a", JobState::kEnded);
  wait_for("b", JobState::kEnded);
}

TEST_F(LocalLauncherTest, EndsAJobAtItsTimeLimitAndSaysSo) {
  start(1);
  Job job = shell("a", "sleep 1000");
  job.resources.time_limit_s = 0.05;
  submit({job});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kTimeLimit, {}, SIGTERM));
}

TEST_F(LocalLauncherTest, WhoSaysZeroWhenItIsStoppedIsStopped) {
  start(2);
  const std::string saves = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done";
  Job late = shell("late", saves);
  late.resources.time_limit_s = 0.3;
  submit({shell("a", saves), late});
  wait_for("a", JobState::kRunning);
  while (text("a", "job.out").empty()) ::usleep(1000);
  tracker->cancel({"a"});
  wait_for("a", JobState::kEnded);
  wait_for("late", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kCancelled, 0));
  EXPECT_EQ(status("late").ending->kind, EndingKind::kTimeLimit);
}

TEST_F(LocalLauncherTest, KillsAJobThatDoesNotHearTheFirstSignal) {
  start(1, 0.05);
  submit({shell("a", "trap '' TERM; echo ready; while :; do sleep 0.01; done")});
  wait_for("a", JobState::kRunning);
  while (text("a", "job.out").empty()) ::usleep(1000);
  tracker->cancel({"a"});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kCancelled, {}, SIGKILL));
}

TEST_F(LocalLauncherTest, CancelsAJobWithItsChildrenAndOneThatWaits) {
  start(1);
  submit({shell("a", "sleep 1000 & echo $! >child; echo ready; wait"), shell("b", "true")});
  wait_for("a", JobState::kRunning);
  while (text("a", "job.out").empty()) ::usleep(1000);
  const int child = std::stoi(text("a", "child"));
  tracker->cancel({"b", "a"});
  wait_for("a", JobState::kEnded);
  wait_for("b", JobState::kEnded);
  EXPECT_EQ(status("a").ending->kind, EndingKind::kCancelled);
  EXPECT_EQ(status("b"), ended(EndingKind::kCancelled));
  EXPECT_FALSE(fs::exists(folder.path() / "b" / "job.1.jsonl"));
  while (!process_start(child).empty()) ::usleep(1000);
}

TEST_F(LocalLauncherTest, LeavesNoZombie) {
  start(2);
  submit({shell("a", "true")});
  wait_for("a", JobState::kEnded);
  tracker.reset();
  launcher.reset();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST_F(LocalLauncherTest, JobsOutliveAKilledCoordinatorAndAreFoundAgain) {
  const Gate gate(folder.path() / "gate");
  const std::vector<Job> jobs = {shell("a", gate.wait_command() + "; echo once; exit 5"),
                                 shell("b", "echo once")};
  const pid_t coordinator = ::fork();
  if (coordinator == 0) {
    start(1);
    submit(jobs);
    wait_for("a", JobState::kRunning);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(coordinator, nullptr, 0);

  start(1);
  wait_for("a", JobState::kRunning);
  EXPECT_EQ(tracker->submit(jobs).wait_reason, "all 1 places are taken");
  gate.open();
  wait_for("a", JobState::kEnded);
  // The record tells the end before the launcher's next look finds the place free.
  for (; !tracker->reports().contains("b"); tracker->poll()) submit(jobs);
  wait_for("b", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kFailure, 5));
  EXPECT_EQ(status("b"), ended(EndingKind::kSuccess, 0));
  EXPECT_EQ(text("a", "job.out"), "once\n");
  EXPECT_EQ(text("b", "job.out"), "once\n");
}

TEST_F(LocalLauncherTest, KilledAtAnyMomentItStartsNothingTwice) {
  std::vector<Job> jobs;
  for (int i = 0; i < 30; ++i) jobs.push_back(shell(std::to_string(i), "echo once"));
  for (int kill = 0; kill < 20; ++kill) {
    const pid_t coordinator = ::fork();
    if (coordinator == 0) {
      start(2);
      run_jobs(*tracker, jobs);
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(500 * kill));
    ::kill(coordinator, SIGKILL);
    ::waitpid(coordinator, nullptr, 0);
  }
  start(2);
  EXPECT_EQ(run_jobs(*tracker, jobs).num_succeeded, jobs.size());
  for (const Job& job : jobs) EXPECT_EQ(text(job.id, "job.out"), "once\n") << job.id;
}

TEST_F(LocalLauncherTest, CancelsAJobOfAnEarlierCoordinator) {
  const Gate gate(folder.path() / "gate");
  start(1);
  submit({shell("a", gate.wait_command())});
  wait_for("a", JobState::kRunning);
  start(1);
  wait_for("a", JobState::kRunning);
  tracker->cancel({"a"});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kCancelled, {}, SIGTERM));
}

TEST_F(LocalLauncherTest, AJobOfAnEarlierCoordinatorThatSaysZeroWhenItIsCancelledIsCancelled) {
  start(1);
  submit({shell("a", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done")});
  wait_for("a", JobState::kRunning);
  while (text("a", "job.out").empty()) ::usleep(1000);
  start(1);
  wait_for("a", JobState::kRunning);
  tracker->cancel({"a"});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kCancelled, 0));
}

TEST_F(LocalLauncherTest, KillsAJobOfAnEarlierCoordinatorThatDoesNotHearTheFirstSignal) {
  start(1);
  submit({shell("a", "trap '' TERM; echo ready; while :; do sleep 0.01; done")});
  wait_for("a", JobState::kRunning);
  while (text("a", "job.out").empty()) ::usleep(1000);
  start(1, 0.05);
  wait_for("a", JobState::kRunning);
  tracker->cancel({"a"});
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kCancelled, {}, SIGKILL));
}

/// A file system of its own that a test may fill.
class SmallDisk final {
 public:
  explicit SmallDisk(fs::path path) : path_(std::move(path)) {
    fs::create_directories(path_);
    is_there_ = ::mount("none", path_.c_str(), "tmpfs", 0, "size=64k") == 0;
  }
  ~SmallDisk() {
    if (is_there_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool is_there() const { return is_there_; }
  const fs::path& path() const { return path_; }
  void fill() const {
    std::ofstream file(path_ / "fill");
    const std::string page(4096, 'x');
    while (file.write(page.data(), 4096).flush()) {
    }
  }
  void make_room() const { fs::remove(path_ / "fill"); }

 private:
  fs::path path_;
  bool is_there_ = false;
};

TEST_F(LocalLauncherTest, AFullDiskLosesNoEnd) {
  const SmallDisk disk(folder.path() / "disk");
  if (!disk.is_there()) GTEST_SKIP() << "a file system can be mounted by root only";
  const Gate gate(folder.path() / "gate");
  Job job = shell("a", gate.wait_command());
  job.directory = disk.path() / "a";
  fs::create_directories(job.directory);
  start(1);
  submit({job});
  wait_for("a", JobState::kRunning);
  // Empty lines fill the record's page: its last line needs another one.
  const fs::path record = record_path(job.directory, 1);
  std::ofstream(record, std::ios::app) << std::string(4096 - fs::file_size(record), '\n');
  disk.fill();
  gate.open();
  wait_for("a", JobState::kEnded);
  EXPECT_EQ(status("a"), ended(EndingKind::kSuccess, 0));
  tracker.reset();
  launcher.reset();
  EXPECT_FALSE(read_job_record(record).ending);
  disk.make_room();
  while (!read_job_record(record).ending) ::usleep(1000);
  EXPECT_EQ(read_job_record(record).ending, (Ending{EndingKind::kSuccess, 0, {}}));
}

TEST_F(LocalLauncherTest, TakesNoOtherProcessForAJobWhoseNumberItHas) {
  const Job job = shell("a", "true");
  {
    Ledger ledger(folder.path(), system_clock());
    ledger.intend("p", "local", std::vector<Job>{job});
    ledger.submitted("p", {"p.0"});
  }
  write_file_atomic(record_path(job.directory, 1),
                    R"({"event":"started","host":")" + host_name() + R"(","boot":")" + boot_id() +
                        R"(","pid":)" + std::to_string(::getpid()) + R"(,"pid_start":"1"})" + "\n");
  start(1);
  tracker->poll();
  EXPECT_EQ(status("a"), ended(EndingKind::kLost));
}

TEST_F(LocalLauncherTest, RunsManyJobs) {
  start(2);
  std::vector<Job> jobs;
  for (int i = 0; i < 300; ++i) jobs.push_back(shell(std::to_string(i), "exit 0"));
  EXPECT_EQ(run_jobs(*tracker, jobs).num_succeeded, jobs.size());
}

}  // namespace
}  // namespace sciwright::jobs
