#include "jobs/pbs_launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "jobs/scripted_programs.h"

namespace sciwright::jobs {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Programs that answer as the manual of PBS Professional 2021 (qsub, qstat, qselect, qdel) says.
class PbsLauncherTest : public ScriptedProgramsTest {
 protected:
  PbsLauncher launcher(PbsOptions options = {}) {
    options.directory = folder.path() / "pbs";
    return PbsLauncher(options, runner());
  }
};

TEST_F(PbsLauncherTest, SubmitsAnArray) {
  answers["qsub"] = says(0, "12[].pbs\n", "");
  const Submission submission =
      launcher({.max_tasks_at_once = 5, .overrides = {"-q", "fast"}}).submit("sweep", make_jobs(2));
  EXPECT_EQ(submission.outcome, Submission::Outcome::kAccepted);
  EXPECT_THAT(submission.scheduler_ids, ElementsAre("12[1]", "12[2]"));
  EXPECT_THAT(commands.back().arguments,
              ElementsAre("qsub", "-N", "sweep", "-j", "oe", "-o", "/dev/null", "-S", "/bin/sh",
                          "-J", "1-2%5", "-q", "fast"));
  EXPECT_THAT(commands.back().input,
              AllOf(HasSubstr("exec >>" + (folder.path() / "pbs" / "sweep.log").string()),
                    HasSubstr("case ${PBS_ARRAY_INDEX:-1} in")));
}

TEST_F(PbsLauncherTest, SubmitsOneJobWithoutAnArray) {
  answers["qsub"] = says(0, "12.pbs\n", "");
  const Submission submission = launcher().submit("sweep", make_jobs(1));
  EXPECT_THAT(submission.scheduler_ids, ElementsAre("12"));
  EXPECT_THAT(commands.back().arguments, Not(testing::Contains("-J")));
}

TEST_F(PbsLauncherTest, KeepsTheDirectivesOfTheJobsScript) {
  answers["qsub"] = says(0, "12.pbs\n", "");
  auto jobs = make_jobs(1);
  make_directories(jobs[0].directory);
  write_file_atomic(jobs[0].directory / "job.sh",
                    "#!/bin/bash\n#PBS -N mine\n#PBS -l select=1:ngpus=2:mem=4gb\ntrue\n");
  jobs[0].command.clear();
  jobs[0].script = "job.sh";
  jobs[0].resources.memory_mb = 8000;
  launcher().submit("sweep", jobs);
  EXPECT_THAT(commands.back().input,
              AllOf(HasSubstr("#!/bin/sh\n#PBS -l select=1:ngpus=2:mem=8000mb\nexec"),
                    Not(HasSubstr("-N mine"))));
}

TEST_F(PbsLauncherTest, TellsSilenceFromNoRoomFromARefusal) {
  answers["qsub"] = says(2, "", "qsub: cannot connect to server pbs (errno=111)\n");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  answers["qsub"] = says(1, "", "");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  answers["qsub"] = says(0, "12 jobs are queued\n", "");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  answers["qsub"] = says(38, "", "qsub: would exceed queue workq's per-user limit\n");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kLater);
  answers["qsub"] = says(170, "", "qsub: Unknown queue\n");
  const Submission refused = launcher().submit("p", make_jobs(1));
  EXPECT_EQ(refused.outcome, Submission::Outcome::kRefused);
  EXPECT_EQ(refused.message, "qsub refused the job: qsub: Unknown queue");
}

TEST_F(PbsLauncherTest, AsksOnceForAllJobs) {
  answers["qstat"] = says(153,
                          R"({"Jobs":{"12[1].pbs":{"job_state":"X","Exit_status":0},)"
                          R"("12[2].pbs":{"job_state":"R"}}})",
                          "qstat: Unknown Job Id 99.pbs\n");
  const std::vector<Handle> handles = {
      {.scheduler_id = "12[2]"}, {.scheduler_id = "12[1]"}, {.scheduler_id = "99"}};
  EXPECT_THAT(launcher().poll(handles).statuses,
              ElementsAre(JobStatus{JobState::kRunning, {}, {}}, ended(EndingKind::kSuccess, 0),
                          JobStatus{}));
  EXPECT_EQ(commands.size(), 1);
  EXPECT_THAT(commands.back().arguments,
              ElementsAre("qstat", "-x", "-t", "-f", "-F", "json", "12[]", "99"));
}

TEST_F(PbsLauncherTest, DoesWithoutAHistory) {
  PbsLauncher pbs({.directory = folder.path()}, [this](const Command& command) {
    commands.push_back(command);
    return command.arguments[1] == "-x"
               ? says(2, "", "qstat: PBS is not configured to maintain job history\n")
               : says(153, "", "qstat: Unknown Job Id 12.pbs\n");
  });
  const std::vector<Handle> handles = {{.scheduler_id = "12"}};
  EXPECT_THAT(pbs.poll(handles).statuses, ElementsAre(JobStatus{}));
  pbs.poll(handles);
  EXPECT_EQ(commands.size(), 3);  // the second poll knows it
}

TEST_F(PbsLauncherTest, SaysThatPbsIsNotInstalledOrTalksNonsense) {
  const std::vector<Handle> handles = {{.scheduler_id = "12"}};
  const Answer none = launcher().poll(handles);
  EXPECT_FALSE(none.reachable);
  EXPECT_EQ(none.message, "qstat is not installed on this machine");
  answers["qstat"] = says(0, "Job Id: 12.torque\n", "");
  const Answer torque = launcher().poll(handles);
  EXPECT_FALSE(torque.reachable);
  EXPECT_EQ(torque.message, "qstat answers something else than JSON");
}

TEST_F(PbsLauncherTest, FindsAParcelByItsName) {
  const std::vector<Handle> handles = {{.index = 0}, {.index = 1}};
  answers["qselect"] = says(0, "12[].pbs\n", "");
  EXPECT_THAT(launcher().find("p", handles).scheduler_ids, ElementsAre("12[1]", "12[2]"));
  EXPECT_THAT(commands.back().arguments, ElementsAre("qselect", "-x", "-N", "p"));
  answers["qselect"] = says(0, "", "");
  EXPECT_EQ(launcher().find("p", handles).outcome, Found::Outcome::kAbsent);
  answers["qselect"] = says(2, "", "qselect: cannot connect to server pbs (errno=111)\n");
  EXPECT_EQ(launcher().find("p", handles).outcome, Found::Outcome::kUnreachable);
}

TEST_F(PbsLauncherTest, FindsAForgottenParcelByItsRecords) {
  answers["qselect"] = says(0, "", "");
  const std::vector<Handle> handles = {{.index = 0, .directory = folder.path() / "none"},
                                       {.index = 1, .directory = folder.path()}};
  write_file_atomic(record_path(folder.path(), 1), R"({"event":"started","scheduler_id":"12[2]"})"
                                                   "\n");
  EXPECT_THAT(launcher().find("p", handles).scheduler_ids, ElementsAre("12[1]", "12[2]"));
}

TEST_F(PbsLauncherTest, CancelsWithOneCallAndExplains) {
  answers["qstat"] = says(0, R"({"Jobs":{"12[1].pbs":{"job_state":"Q","comment":"no CPUs"}}})", "");
  launcher().cancel(std::vector<Handle>{{.scheduler_id = "12[1]"}, {.scheduler_id = "13"}});
  EXPECT_THAT(commands.back().arguments, ElementsAre("qdel", "12[1]", "13"));
  EXPECT_EQ(launcher().explain({.scheduler_id = "12[1]"}), "PBS's reason is: no CPUs");
}

}  // namespace
}  // namespace sciwright::jobs
