#include "record/run_lock.h"

#include <atomic>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/files.h"
#include "record/python_json.h"

namespace sciwright::record {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct RunLockTest : ::testing::Test {
  const TemporaryDirectory dir;
  const std::filesystem::path file = dir.path() / "run.lock";
  std::int64_t now_ns = 0;
  const Clock clock = fake_clock(&now_ns, 1'700'000'000'000'000'000);

  void leave_lock(const LockOwner& owner) const {
    write_file_atomic(file, Json({{"host", owner.host},
                                  {"pid", owner.pid},
                                  {"process_start", owner.process_start},
                                  {"slurm_job_id", owner.slurm_job_id},
                                  {"since_utc", "2026-11-22T00:00:00Z"}})
                                .dump());
  }
};

const LockOwner kSelf{"n1", 4711, "100", "77"};

/// The number of a process that has just ended.
int dead_pid() {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  ::waitpid(pid, nullptr, 0);
  return pid;
}

TEST_F(RunLockTest, WritesItsOwnerAndGivesTheLockBack) {
  {
    const RunLock lock(file, clock, kSelf);
    EXPECT_EQ(Json::parse(read_file(file)), Json::parse(R"({
      "host": "n1", "pid": 4711, "process_start": "100", "slurm_job_id": "77",
      "since_utc": "2023-11-14T22:13:20Z"})"));
    EXPECT_EQ(sorted_entries(dir.path()).size(), 1U);
  }
  EXPECT_THAT(sorted_entries(dir.path()), IsEmpty());
}

TEST_F(RunLockTest, BelievesAnotherHost) {
  leave_lock({"n2", 4711, "100", ""});
  try {
    const RunLock lock(file, clock, kSelf);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(),
              file.string() +
                  ": process 4711 on n2 works in this folder; if that process is gone, "
                  "delete the file");
  }
  EXPECT_THAT(read_file(file), HasSubstr("n2"));
  EXPECT_EQ(sorted_entries(dir.path()).size(), 1U);
}

TEST_F(RunLockTest, RespectsALivingProcessOfThisHost) {
  leave_lock(this_process());
  LockOwner other = this_process();
  other.pid = 1;
  EXPECT_THROW(RunLock(file, clock, other), Error);
}

TEST_F(RunLockTest, TakesOverFromAProcessThatIsGone) {
  LockOwner gone = this_process();
  gone.pid = dead_pid();
  leave_lock(gone);
  const RunLock lock(file, clock);
  EXPECT_THAT(read_file(file), HasSubstr("\"pid\":" + std::to_string(::getpid())));
}

TEST_F(RunLockTest, TakesOverFromAProcessWhoseNumberIsUsedAnew) {
  LockOwner earlier = this_process();
  earlier.process_start = "1";
  leave_lock(earlier);
  LockOwner self = this_process();
  self.pid = 1;
  const RunLock lock(file, clock, self);
  EXPECT_THAT(read_file(file), HasSubstr("\"pid\":1,"));
}

TEST_F(RunLockTest, TakesOverFromAnEarlierStartOfTheSameSlurmJob) {
  leave_lock({"n2", 5, "9", "77"});
  const RunLock lock(file, clock, kSelf);
  EXPECT_THAT(read_file(file), HasSubstr("n1"));
}

TEST_F(RunLockTest, RefusesALockItDoesNotUnderstand) {
  write_file_atomic(file, "locked by hand");
  try {
    const RunLock lock(file, clock, kSelf);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("an unknown process works in this folder"));
  }
}

TEST_F(RunLockTest, LeavesALockThatSomeoneElseTookOver) {
  {
    const RunLock lock(file, clock, kSelf);
    write_file_atomic(file, "other");
  }
  EXPECT_EQ(read_file(file), "other");
}

TEST_F(RunLockTest, OnlyOneOfManyGetsIt) {
  std::atomic<int> num_holders{0};
  std::atomic<int> num_done{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        LockOwner owner{"host" + std::to_string(t), 1, "", ""};
        try {
          const RunLock lock(file, clock, owner);
          ++num_holders;
          ++num_done;
          while (num_done < 8) std::this_thread::yield();
        } catch (const Error&) {
          ++num_done;
        }
      });
    }
  }
  EXPECT_EQ(num_holders, 1);
}

TEST(ThisProcess, KnowsItself) {
  const LockOwner self = this_process();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_FALSE(self.host.empty());
  EXPECT_FALSE(self.process_start.empty());
}

}  // namespace
}  // namespace sciwright::record
