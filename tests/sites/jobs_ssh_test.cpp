// Jobs on another host by ssh: a real sshd, which happens to be on this one.

#include <chrono>
#include <csignal>
#include <memory>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/files.h"
#include "jobs/ssh_launcher.h"
#include "jobs/tracker.h"
#include "sshd_in_a_folder.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SshTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (SshdInAFolder::obstacle().empty()) sshd = std::make_unique<SshdInAFolder>();
  }
  static void TearDownTestSuite() { sshd.reset(); }
  void SetUp() override {
    if (!sshd) GTEST_SKIP() << SshdInAFolder::obstacle();
    restart();
  }
  void TearDown() override {
    if (launcher) launcher->disconnect();
  }

  SshOptions options() const {
    return {.host = SshdInAFolder::kHost,
            .local_root = here.path(),
            .remote_root = (there.path() / "a root").string(),
            .control_directory = sshd->folder() / "c",
            .ssh_options = sshd->ssh_options(),
            .max_jobs = 4,
            .poll_interval_s = 0.1};
  }

  void restart() {
    tracker.reset();
    launcher = std::make_unique<SshLauncher>(options(), [this](const Command& command) {
      ++num_calls;
      return run_command(command);
    });
    tracker = std::make_unique<JobTracker>(here.path(), *launcher, system_clock());
  }

  Job shell(const std::string& id, const std::string& command) {
    Job job{.id = id, .directory = here.path() / "runs" / id, .command = {"sh", "-c", command}};
    fs::create_directories(job.directory);
    return job;
  }

  bool run_until(const std::vector<Job>& jobs, const std::function<bool()>& done) {
    return wait_until(
        [&] {
          tracker->submit(jobs);
          tracker->poll();
          return done();
        },
        60);
  }

  bool has(const std::string& id, JobState state) const {
    const auto it = tracker->reports().find(id);
    return it != tracker->reports().end() && it->second.status.state == state;
  }

  JobStatus status(const std::string& id) const { return tracker->reports().at(id).status; }
  std::string file(const std::string& id, const char* name) const {
    return read_file(here.path() / "runs" / id / name);
  }
  fs::path remote(const std::string& id) const { return there.path() / "a root" / "runs" / id; }

  static inline std::unique_ptr<SshdInAFolder> sshd;
  const TemporaryDirectory here;
  const TemporaryDirectory there;
  std::size_t num_calls = 0;
  std::unique_ptr<SshLauncher> launcher;
  std::unique_ptr<JobTracker> tracker;
};

TEST_F(SshTest, CopiesRunsAndFetchesBack) {
  const Job job = shell("a b", "cat input >result; echo $0 here; exit 3");
  write_file_atomic(job.directory / "input", "data\n");
  ASSERT_TRUE(run_until({job}, [&] { return has("a b", JobState::kEnded); }));
  EXPECT_EQ(status("a b"), ended(EndingKind::kFailure, 3));
  EXPECT_EQ(file("a b", "result"), "data\n");
  EXPECT_EQ(file("a b", "job.out"), "sh here\n");
  EXPECT_TRUE(fs::exists(remote("a b") / "result"));
}

TEST_F(SshTest, RunsNoMoreThanItsPlacesAndEndsAllOfTwenty) {
  std::vector<Job> jobs;
  for (int i = 0; i < 20; ++i) {
    jobs.push_back(shell("j" + std::to_string(i), i == 7 ? "exit 1" : "echo ran"));
  }
  ASSERT_TRUE(run_until(jobs, [&] {
    std::size_t num_ended = 0;
    for (const auto& [id, report] : tracker->reports()) num_ended += report.status.ending ? 1 : 0;
    EXPECT_LE(tracker->reports().size() - num_ended, 4);
    return num_ended == jobs.size();
  }));
  for (const Job& job : jobs) {
    EXPECT_EQ(status(job.id).ending->exit_code, job.id == "j7" ? 1 : 0) << job.id;
  }
}

TEST_F(SshTest, JobsSurviveTheEndOfTheConnectionAndOfTheCommand) {
  const Job job = shell("a", "until [ -e go ]; do sleep 0.05; done; echo once");
  ASSERT_TRUE(run_until({job}, [&] { return has("a", JobState::kRunning); }));
  launcher->disconnect();
  restart();
  ASSERT_TRUE(run_until({job}, [&] { return has("a", JobState::kRunning); }));
  write_file_atomic(remote("a") / "go", "");
  ASSERT_TRUE(run_until({job}, [&] { return has("a", JobState::kEnded); }));
  EXPECT_EQ(file("a", "job.out"), "once\n");
}

TEST_F(SshTest, AKilledSubmissionStartsNothingTwice) {
  std::vector<Job> jobs;
  for (int i = 0; i < 8; ++i) jobs.push_back(shell("k" + std::to_string(i), "echo ran"));
  for (int kill = 0; kill < 6; ++kill) {
    const pid_t command = ::fork();
    if (command == 0) {
      restart();
      run_until(jobs, [] { return false; });
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(30'000 + 70'000 * kill));
    ::kill(command, SIGKILL);
    ::waitpid(command, nullptr, 0);
  }
  restart();
  const auto all_done = [&] {
    for (Job& job : jobs) {
      if (!has(job.id, JobState::kEnded)) return false;
    }
    return true;
  };
  ASSERT_TRUE(run_until(jobs, all_done));
  for (const Job& job : jobs) EXPECT_EQ(file(job.id, "job.out"), "ran\n") << job.id;
}

TEST_F(SshTest, CancelsAJobAndEndsOneAtItsTimeLimit) {
  Job limited = shell("b", "exec sleep 1000");
  limited.resources.time_limit_s = 0.5;
  const std::vector<Job> jobs = {shell("a", "exec sleep 1000"), limited};
  ASSERT_TRUE(run_until(jobs, [&] { return has("a", JobState::kRunning); }));
  EXPECT_THAT(tracker->explain("a"), HasSubstr("It runs as process"));
  EXPECT_EQ(tracker->cancel({"a"}), "");
  ASSERT_TRUE(
      run_until(jobs, [&] { return has("a", JobState::kEnded) && has("b", JobState::kEnded); }));
  EXPECT_EQ(status("a").ending->kind, EndingKind::kCancelled);
  EXPECT_EQ(status("b").ending->kind, EndingKind::kTimeLimit);
}

TEST_F(SshTest, AHostThatDoesNotAnswerLeavesJobsUnknown) {
  const Job job = shell("a", "until [ -e go ]; do sleep 0.05; done; echo once");
  ASSERT_TRUE(run_until({job}, [&] { return has("a", JobState::kRunning); }));
  launcher->disconnect();
  sshd->stop();
  restart();
  const PollReport poll = tracker->poll();
  EXPECT_FALSE(poll.reachable);
  EXPECT_THAT(poll.message, HasSubstr("Connection refused"));
  EXPECT_EQ(status("a").state, JobState::kUnknown);
  EXPECT_FALSE(tracker->submit(std::vector<Job>{shell("b", "true")}).reachable);
  sshd->start();
  write_file_atomic(remote("a") / "go", "");
  const std::vector<Job> jobs = {job, shell("b", "true")};
  ASSERT_TRUE(
      run_until(jobs, [&] { return has("a", JobState::kEnded) && has("b", JobState::kEnded); }));
  EXPECT_EQ(file("a", "job.out"), "once\n");
}

TEST_F(SshTest, RefusesADirectoryThatIsNotBelowItsRoot) {
  Job job = shell("a", "true");
  job.directory = "/elsewhere";
  EXPECT_THROW(tracker->submit(std::vector<Job>{job}), Error);
}

TEST_F(SshTest, MakesOneConnection) {
  const Job job = shell("a", "true");
  ASSERT_TRUE(run_until({job}, [&] { return has("a", JobState::kEnded); }));
  const std::string log = read_file(sshd->folder() / "sshd.out");
  const std::size_t before = log.size();
  ASSERT_TRUE(run_until({shell("b", "true")}, [&] { return has("b", JobState::kEnded); }));
  EXPECT_THAT(read_file(sshd->folder() / "sshd.out").substr(before),
              testing::Not(HasSubstr("Accepted publickey")));
}

TEST(SshdInAFolder, LeavesNoConnectionBehind) {
  if (!SshdInAFolder::obstacle().empty()) GTEST_SKIP() << SshdInAFolder::obstacle();
  auto site = std::make_unique<SshdInAFolder>();
  const std::string folder = site->folder().string();
  std::vector<std::string> line = {"ssh", "-o", "ControlPath=" + folder + "/c"};
  for (const std::string& option : site->ssh_options()) line.push_back(option);
  line.insert(line.end(), {"-o", "ControlMaster=yes", "-o", "ControlPersist=600", "-f", "-N",
                           SshdInAFolder::kHost});
  ASSERT_TRUE(run_command({.arguments = line, .interactive = true}).succeeded());
  ASSERT_EQ(processes_naming(folder + "/c").size(), 1);
  site.reset();
  EXPECT_EQ(processes_naming(folder).size(), 0);
}

}  // namespace
}  // namespace sciwright::jobs
