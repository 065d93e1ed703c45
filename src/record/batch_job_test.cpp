#include "record/batch_job.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::record {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// As scontrol 22.05 prints it, with SLURM_TIME_FORMAT=%s.
const std::string kArray =
    "JobId=71 ArrayJobId=70 ArrayTaskId=1 JobName=sweep\n"
    "   JobState=RUNNING Reason=None Dependency=(null)\n"
    "   RunTime=00:00:04 TimeLimit=00:05:00 TimeMin=N/A\n"
    "   SubmitTime=1000 EligibleTime=1001\n"
    "   AccrueTime=1001\n"
    "   StartTime=1061 EndTime=1361 Deadline=N/A\n"
    "   SuspendTime=None SecsPreSuspend=0 LastSchedEval=1061 Scheduler=Main\n"
    "\n"
    "JobId=70 ArrayJobId=70 ArrayTaskId=2-9 JobName=sweep\n"
    "   JobState=PENDING Reason=Resources Dependency=(null)\n"
    "   SubmitTime=1000 EligibleTime=1001\n"
    "   StartTime=Unknown EndTime=Unknown Deadline=N/A\n";

/// A scontrol of our own in the PATH.
struct FakeScontrol : ::testing::Test {
  FakeScontrol() : path_(std::getenv("PATH")) {
    ::setenv("PATH", (dir.path().string() + ":" + path_).c_str(), 1);
  }
  ~FakeScontrol() override { ::setenv("PATH", path_.c_str(), 1); }

  void answer(const std::string& script) const {
    write_file_atomic(dir.path() / "scontrol", "#!/bin/sh\n" + script);
    std::filesystem::permissions(dir.path() / "scontrol", std::filesystem::perms::owner_all);
  }

  TemporaryDirectory dir;

 private:
  const std::string path_;
};

TEST(BatchJob, FindsTheTimesOfOneTaskOfAnArray) {
  const BatchJob job = parse_slurm_job("71", kArray);
  EXPECT_EQ(job.submit_ns, 1000 * kSecond);
  EXPECT_EQ(job.eligible_ns, 1001 * kSecond);
  EXPECT_EQ(job.start_ns, 1061 * kSecond);
  EXPECT_EQ(job.problem, "");
}

TEST(BatchJob, SaysThatTimesAreMissing) {
  EXPECT_FALSE(parse_slurm_job("70", kArray).start_ns);
  const char* why = "scontrol does not tell when it was submitted and started";
  EXPECT_EQ(parse_slurm_job("70", kArray).problem, why);
  EXPECT_EQ(parse_slurm_job("7", kArray).problem, why);
  EXPECT_EQ(parse_slurm_job("7", "").problem, why);
}

TEST(BatchJob, ReadsLocalTime) {
  ::setenv("TZ", "UTC-2", 1);
  ::tzset();
  const BatchJob job = parse_slurm_job(
      "5", "JobId=5 JobName=x\n SubmitTime=2026-11-25T10:00:00 StartTime=2026-11-25T10:01:00\n");
  ::unsetenv("TZ");
  ::tzset();
  EXPECT_EQ(job.submit_ns, 1'795'593'600 * kSecond);
  EXPECT_EQ(job.start_ns, 1'795'593'660 * kSecond);
  EXPECT_FALSE(job.eligible_ns);
  EXPECT_EQ(job.problem, "");
}

TEST_F(FakeScontrol, IsAskedOnceForTheJobInSecondsSince1970) {
  answer("echo \"$SLURM_TIME_FORMAT $*\" >> " + dir.path().string() +
         "/calls\necho 'JobId=71 a=b'; echo '  SubmitTime=10 EligibleTime=11'; echo ' "
         "StartTime=12'\n");
  const auto job = read_batch_job({{"SLURM_JOB_ID", "71"}});
  ASSERT_TRUE(job);
  EXPECT_EQ(job->scheduler, "Slurm");
  EXPECT_EQ(job->start_ns, 12 * kSecond);
  EXPECT_EQ(read_file(dir.path() / "calls"), "%s show job 71\n");
}

TEST_F(FakeScontrol, ThatFailsLeavesTheReason) {
  answer("echo 'slurm_load_jobs error: Invalid job id specified' >&2; echo more >&2; exit 1\n");
  EXPECT_EQ(read_batch_job({{"SLURM_JOB_ID", "71"}})->problem,
            "slurm_load_jobs error: Invalid job id specified");
  ::setenv("PATH", dir.path().c_str(), 1);
  std::filesystem::remove(dir.path() / "scontrol");
  EXPECT_EQ(read_batch_job({{"SLURM_JOB_ID", "71"}})->problem, "scontrol is not there");
}

TEST(BatchJob, IsWhatTheEnvironmentNames) {
  EXPECT_FALSE(read_batch_job({}));
  EXPECT_EQ(read_batch_job({{"LSB_JOBID", "3"}})->scheduler, "LSF");
  EXPECT_EQ(read_batch_job({{"PBS_JOBID", "3.host"}})->id, "3.host");
  EXPECT_EQ(read_batch_job({{"SLURM_JOB_ID", "3 4"}})->problem, "SLURM_JOB_ID is no job number");
}

}  // namespace
}  // namespace sciwright::record
