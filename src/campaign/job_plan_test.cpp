#include "campaign/job_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

/// Two experiments that ask for ten minutes.
class Plan : public testing::Test {
 protected:
  Plan() {
    for (const char* name : {"a", "b"}) {
      experiment::ManifestEntry entry;
      entry.name = entry.directory = name;
      entry.script = "job.sh";
      manifest_.entries.push_back(entry);
      fs::create_directories(folder_.path() / name);
      write_file_atomic(folder_.path() / name / "job.sh",
                        "#!/bin/sh\n#SBATCH --time=10\n#SBATCH --mem=1G\ntrue\n");
    }
    states_.resize(2);
  }

  JobPlan plan(const JobRequest& request = {}, bool failed = false) {
    return plan_jobs(folder_.path(), manifest_, states_, both_, request, failed);
  }
  void end(std::size_t i, jobs::EndingKind kind) {
    states_[i].phase = Phase::kFailed;
    states_[i].attempt = 1;
    states_[i].status = jobs::ended(kind);
  }

  const TemporaryDirectory folder_;
  const std::vector<std::size_t> both_ = {0, 1};
  experiment::Manifest manifest_;
  std::vector<ExperimentState> states_;
};

TEST_F(Plan, TakesWhatWasNotHandedOver) {
  states_[1].phase = Phase::kRunning;
  const JobPlan out = plan();
  ASSERT_THAT(out.jobs, SizeIs(1));
  EXPECT_EQ(out.jobs[0].id, "a");
  EXPECT_EQ(out.jobs[0].script, "job.sh");
  EXPECT_EQ(out.jobs[0].directory, folder_.path() / "a");
  EXPECT_EQ(out.jobs[0].attempt, 1);
  EXPECT_EQ(out.jobs[0].resources.time_limit_s, 0) << "the script says it";
  EXPECT_EQ(out.scripted[0].time_limit_s, 600);
}

TEST_F(Plan, WritesTheScriptsLimitDownWhereItCounts) {
  EXPECT_EQ(plan({.scripts_count = true}).jobs[0].resources.time_limit_s, 600);
}

TEST_F(Plan, RepeatsOnlyWhatFailedAndOnlyWhenAsked) {
  end(0, jobs::EndingKind::kFailure);
  states_[1].phase = Phase::kSucceeded;
  EXPECT_THAT(plan().jobs, IsEmpty());
  const JobPlan out = plan({}, true);
  ASSERT_THAT(out.jobs, SizeIs(1));
  EXPECT_EQ(out.jobs[0].attempt, 2);
}

TEST_F(Plan, GivesMoreTimeToThoseThatRanOutOfIt) {
  end(0, jobs::EndingKind::kTimeLimit);
  end(1, jobs::EndingKind::kFailure);
  const JobPlan out = plan({.more_time = 1.5}, true);
  EXPECT_EQ(out.jobs[0].resources.time_limit_s, 900);
  EXPECT_EQ(out.jobs[1].resources.time_limit_s, 0);
  states_[0].record.time_limit_s = 900;
  EXPECT_EQ(plan({.more_time = 2}, true).jobs[0].resources.time_limit_s, 1800);
  EXPECT_EQ(plan({}, true).jobs[0].resources.time_limit_s, 900) << "not less than before";
}

TEST_F(Plan, LeavesOutWhatWouldRunOutOfMemoryAgain) {
  end(0, jobs::EndingKind::kOutOfMemory);
  const JobPlan out = plan({}, true);
  EXPECT_THAT(out.jobs, SizeIs(1));
  EXPECT_THAT(out.left_out,
              ElementsAre("a ran out of memory and would again; --more-memory 1.5 gives it more"));
  EXPECT_EQ(plan({.more_memory = 1.5}, true).jobs[0].resources.memory_mb, 1536);
}

TEST_F(Plan, CannotMultiplyWhatNobodySaid) {
  write_file_atomic(folder_.path() / "a" / "job.sh", "#!/bin/sh\ntrue\n");
  end(0, jobs::EndingKind::kTimeLimit);
  EXPECT_THAT([&] { plan({.more_time = 2}, true); },
              ThrowsMessage<Error>(HasSubstr("a: time is not said for it")));
}

TEST_F(Plan, NamesEveryScriptThatCannotBeRead) {
  fs::remove(folder_.path() / "a" / "job.sh");
  fs::remove(folder_.path() / "b" / "job.sh");
  EXPECT_THAT([&] { plan(); },
              ThrowsMessage<Error>(AllOf(HasSubstr("a/job.sh"), HasSubstr("b/job.sh"))));
}

TEST_F(Plan, JobsOfOneSharedFolderHaveFoldersOfTheirOwn) {
  manifest_.entries[0].directory = ".";
  write_file_atomic(folder_.path() / "job.sh", "#!/bin/sh\n");
  const JobPlan out = plan();
  EXPECT_EQ(out.jobs[0].directory, folder_.path() / "jobs" / "a");
  EXPECT_EQ(out.jobs[0].working_directory, folder_.path());
}

}  // namespace
}  // namespace sciwright::campaign
