#include "jobs/lsf_launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "jobs/scripted_programs.h"

namespace sciwright::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Programs that answer as LSF's manual (10.1, bsub, bjobs, bkill) says.
class LsfLauncherTest : public ScriptedProgramsTest {
 protected:
  LsfLauncher launcher(LsfOptions options = {}) {
    options.directory = folder.path() / "lsf";
    return LsfLauncher(options, runner());
  }
};

TEST_F(LsfLauncherTest, SubmitsAnArray) {
  answers["bsub"] = says(0, "Job <12> is submitted to default queue <normal>.\n", "");
  auto jobs = make_jobs(2);
  for (Job& job : jobs) job.after = {"7_3"};
  const Submission submission = launcher({.max_tasks_at_once = 5}).submit("sweep", jobs);
  EXPECT_EQ(submission.outcome, Submission::Outcome::kAccepted);
  EXPECT_THAT(submission.scheduler_ids, ElementsAre("12_1", "12_2"));
  EXPECT_THAT(commands.back().arguments, ElementsAre("bsub", "-J", "sweep[1-2]%5", "-o",
                                                     (folder.path() / "lsf" / "sweep.log").string(),
                                                     "-w", "done(7[3])", "-ti"));
  EXPECT_THAT(commands.back().input, HasSubstr("case $LSB_JOBINDEX in"));
}

TEST_F(LsfLauncherTest, KeepsTheDirectivesOfTheJobsScript) {
  answers["bsub"] = says(0, "Job <12> is submitted to default queue <normal>.\n", "");
  auto jobs = make_jobs(2);
  for (Job& job : jobs) {
    make_directories(job.directory);
    write_file_atomic(job.directory / "job.sh",
                      "#!/bin/bash\n#BSUB -J mine\n#BSUB -gpu num=1\n#BSUB -q " + job.id + "\n");
    job.command.clear();
    job.script = "job.sh";
  }
  LsfLauncher lsf = launcher();
  EXPECT_THAT(lsf.next_parcel(jobs).jobs, ElementsAre(0));  // the other asks for another queue
  lsf.submit("p", std::span(jobs).first(1));
  EXPECT_THAT(commands.back().input,
              testing::StartsWith("#!/bin/sh\n#BSUB -gpu num=1\n#BSUB -q 0\nsciwright"));
}

TEST_F(LsfLauncherTest, TellsSilenceFromNoRoomFromARefusal) {
  answers["bsub"] = says(255, "", "LSF is down. Please wait ...\n");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  answers["bsub"] = says(1, "", "");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  answers["bsub"] = says(0, "Job <two> is submitted.\n", "");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  answers["bsub"] = says(255, "", "User <u>: Pending job threshold reached. Retrying in 60 s...\n");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kLater);
  answers["bsub"] = says(255, "", "nowhere: No such queue. Job not submitted.\n");
  const Submission refused = launcher().submit("p", make_jobs(1));
  EXPECT_EQ(refused.outcome, Submission::Outcome::kRefused);
  EXPECT_EQ(refused.message, "bsub refused the job: nowhere: No such queue. Job not submitted.");
}

TEST_F(LsfLauncherTest, AsksOnceForAllJobs) {
  answers["bjobs"] = says(0, "12|1|DONE|-|-|-\n12|2|RUN|-|-|-\n", "");
  const std::vector<Handle> handles = {
      {.scheduler_id = "12_2"}, {.scheduler_id = "12_1"}, {.scheduler_id = "99_1"}};
  EXPECT_THAT(launcher().poll(handles).statuses,
              ElementsAre(JobStatus{JobState::kRunning, {}, {}}, ended(EndingKind::kSuccess, 0),
                          JobStatus{}));
  EXPECT_EQ(commands.size(), 1);
}

TEST_F(LsfLauncherTest, NoJobAtAllIsAnAnswer) {
  answers["bjobs"] = says(255, "", "No unfinished job found\n");
  EXPECT_TRUE(launcher().poll(std::vector<Handle>{{.scheduler_id = "12_1"}}).reachable);
}

TEST_F(LsfLauncherTest, SaysThatLsfIsNotInstalled) {
  const Answer answer = launcher().poll(std::vector<Handle>{{.scheduler_id = "12_1"}});
  EXPECT_FALSE(answer.reachable);
  EXPECT_EQ(answer.message, "bjobs is not installed on this machine");
}

TEST_F(LsfLauncherTest, FindsAParcelByItsName) {
  answers["bjobs"] = says(0, "12|1|DONE|-|-|-\n12|2|RUN|-|-|-\n", "");
  EXPECT_THAT(launcher().find("p", std::vector<Handle>{{.index = 0}, {.index = 1}}).scheduler_ids,
              ElementsAre("12_1", "12_2"));
  answers["bjobs"] = says(255, "", "Job <p> is not found\n");
  EXPECT_EQ(launcher().find("p", {}).outcome, Found::Outcome::kAbsent);
}

TEST_F(LsfLauncherTest, CancelsWithOneCallAndExplains) {
  answers["bjobs"] = says(0, "12|1|PEND|-|-|New job is waiting for scheduling\n", "");
  launcher().cancel(std::vector<Handle>{{.scheduler_id = "12_1"}, {.scheduler_id = "12_2"}});
  EXPECT_THAT(commands.back().arguments, ElementsAre("bkill", "12[1]", "12[2]"));
  EXPECT_EQ(launcher().explain({.scheduler_id = "12_1"}),
            "LSF's reason is: New job is waiting for scheduling");
}

}  // namespace
}  // namespace sciwright::jobs
