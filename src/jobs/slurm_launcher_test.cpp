#include "jobs/slurm_launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::jobs {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kSecond = 1'000'000'000;

CommandResult says(const std::string& output) {
  CommandResult result;
  result.found = true;
  result.exit_code = 0;
  result.output = output;
  return result;
}

CommandResult fails(const std::string& error) {
  CommandResult result;
  result.found = true;
  result.exit_code = 1;
  result.error = error;
  return result;
}

/// A site whose programs answer what the test sets.
class SlurmLauncherTest : public testing::Test {
 protected:
  SlurmLauncher launcher(SlurmOptions options = {}) {
    options.directory = folder.path() / "slurm";
    return {options, fake_clock(&now_ns, 0), [this](const Command& command) {
              commands.push_back(command);
              return answers.at(command.arguments.front());
            }};
  }

  std::vector<Job> make_jobs(int count) {
    std::vector<Job> jobs;
    for (int i = 0; i < count; ++i) {
      jobs.push_back({.id = "j" + std::to_string(i),
                      .directory = folder.path() / std::to_string(i),
                      .command = {"true"}});
    }
    return jobs;
  }

  std::size_t count(const std::string& program) {
    std::size_t found = 0;
    for (const Command& command : commands) {
      if (command.arguments.front() == program) ++found;
    }
    return found;
  }

  TemporaryDirectory folder;
  std::int64_t now_ns = kSecond;
  std::vector<Command> commands;
  std::map<std::string, CommandResult> answers = {
      {"scontrol", says("MaxArraySize            = 20\n")},
      {"sacctmgr", fails("no accounting")},
      {"sbatch", says("12\n")},
      {"squeue", says("")},
      {"sacct", fails("Slurm accounting storage is disabled")},
      {"scancel", says("")}};
};

TEST_F(SlurmLauncherTest, SplitsAtTheSitesLargestArray) {
  EXPECT_THAT(launcher().next_parcel(make_jobs(60)).jobs, SizeIs(19));
}

TEST_F(SlurmLauncherTest, PutsOnlyJobsThatAskForTheSameIntoOneArray) {
  auto jobs = make_jobs(4);
  jobs[1].resources.partition = jobs[3].resources.partition = "gpu";
  EXPECT_THAT(launcher().next_parcel(jobs).jobs, ElementsAre(0, 2));
}

TEST_F(SlurmLauncherTest, StaysBelowTheSitesLimitOnJobs) {
  answers["sacctmgr"] = says("root|root|5|normal|\n");
  answers["squeue"] = says("7|RUNNING|None\n8|COMPLETED|None\n9_1|PENDING|Priority\n");
  SlurmLauncher slurm = launcher();
  EXPECT_THAT(slurm.next_parcel(make_jobs(60)).jobs, SizeIs(3));
  slurm.submit("p", make_jobs(3));
  const Parcel full = slurm.next_parcel(make_jobs(10));
  EXPECT_THAT(full.jobs, testing::IsEmpty());
  EXPECT_EQ(full.wait_reason,
            "the site lets you have 5 jobs at a time, and 5 are queued or running");
  EXPECT_EQ(count("squeue"), 1);
}

TEST_F(SlurmLauncherTest, SubmitsAnArrayWithTheOverridesLast) {
  SlurmLauncher slurm = launcher({.max_tasks_at_once = 4, .overrides = {"--partition=short"}});
  auto jobs = make_jobs(3);
  for (Job& job : jobs) job.resources.partition = "long";
  const Submission submission = slurm.submit("sweep-1", jobs);
  EXPECT_EQ(submission.outcome, Submission::Outcome::kAccepted);
  EXPECT_THAT(submission.scheduler_ids, ElementsAre("12_1", "12_2", "12_3"));
  const std::string where = (folder.path() / "slurm").string();
  EXPECT_THAT(commands.back().arguments,
              ElementsAre("sbatch", "--parsable", "--job-name=sweep-1", "--array=1-3%4",
                          "--output=" + where + "/sweep-1.log", "--open-mode=append",
                          "--chdir=" + where, "--partition=long", "--partition=short"));
}

TEST_F(SlurmLauncherTest, PacksSmallJobsIntoTasks) {
  SlurmLauncher slurm = launcher({.jobs_per_task = 4, .slots_per_task = 2});
  EXPECT_THAT(slurm.next_parcel(make_jobs(200)).jobs, SizeIs(76));
  const Submission submission = slurm.submit("p", make_jobs(6));
  EXPECT_THAT(commands.back().arguments, Contains("--array=1-2"));
  EXPECT_THAT(submission.scheduler_ids,
              ElementsAre("12_1#0", "12_1#1", "12_1#2", "12_1#3", "12_2#0", "12_2#1"));
}

TEST_F(SlurmLauncherTest, AJobOfAPackThatRunsIsPendingUntilItsTurn) {
  SlurmLauncher slurm = launcher({.jobs_per_task = 2});
  answers["squeue"] = says("12_1|RUNNING|None\n");
  const std::vector<Handle> handles = {
      {.scheduler_id = "12_1#1", .directory = folder.path() / "none"}};
  EXPECT_EQ(slurm.poll(handles).statuses.front().state, JobState::kPending);
  answers["squeue"] = says("12_1|COMPLETED|None\n");
  EXPECT_EQ(slurm.poll(handles).statuses.front(), JobStatus{});
}

TEST_F(SlurmLauncherTest, ExplainsARefusal) {
  answers["sbatch"] = fails("sbatch: error: invalid partition specified: nope\n");
  const Submission submission = launcher().submit("p", make_jobs(1));
  EXPECT_EQ(submission.outcome, Submission::Outcome::kRefused);
  EXPECT_THAT(submission.message, HasSubstr("There is no such partition"));
}

TEST_F(SlurmLauncherTest, AnSbatchThatWasKilledOrSaidNothingHasRefusedNothing) {
  answers["sbatch"] = fails("");
  answers["sbatch"].exit_code = -1;
  answers["sbatch"].signal = 9;
  Submission submission = launcher().submit("p", make_jobs(1));
  EXPECT_EQ(submission.outcome, Submission::Outcome::kUnreachable);
  EXPECT_EQ(submission.message, "sbatch was ended by signal 9");
  answers["sbatch"] = fails("\n");
  submission = launcher().submit("p", make_jobs(1));
  EXPECT_EQ(submission.outcome, Submission::Outcome::kUnreachable);
  EXPECT_EQ(submission.message, "sbatch failed without a message (exit code 1)");
}

TEST_F(SlurmLauncherTest, TakesOnlyANumberForAJobId) {
  answers["sbatch"] = says("12;cluster\n");
  EXPECT_THAT(launcher().submit("p", make_jobs(1)).scheduler_ids, ElementsAre("12_1"));
  for (const char* text : {"", "\n", "1|RUNNING|None\n", "Submitted batch job 12\n"}) {
    answers["sbatch"] = says(text);
    EXPECT_EQ(launcher().submit("p", make_jobs(1)).outcome, Submission::Outcome::kUnreachable);
  }
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).message,
            "sbatch gave no job id, but \"Submitted batch job 12\"");
}

TEST_F(SlurmLauncherTest, WithoutSbatchNothingIsHandedOver) {
  answers["sbatch"] = CommandResult{};
  const Submission submission = launcher().submit("p", make_jobs(1));
  EXPECT_EQ(submission.outcome, Submission::Outcome::kNotSent);
  EXPECT_TRUE(submission.is_hopeless);
}

TEST_F(SlurmLauncherTest, ReplacesBytesThatAreNoText) {
  answers["sbatch"] = fails("sbatch: error: caf\xe9 \x1b[31m\n");
  EXPECT_EQ(launcher().submit("p", make_jobs(1)).message,
            "sbatch refused the job: sbatch: error: caf\uFFFD  [31m");
  answers["squeue"] = says("12_1|PENDING|\xff\n");
  const Answer answer = launcher().poll(std::vector<Handle>{{.scheduler_id = "12_1"}});
  EXPECT_EQ(answer.statuses.front().reason, "\uFFFD");
}

TEST_F(SlurmLauncherTest, TriesFewerWhereALimitIsNotShown) {
  answers["sbatch"] = fails("sbatch: error: QOSMaxSubmitJobPerUserLimit\n");
  SlurmLauncher slurm = launcher();
  EXPECT_EQ(slurm.submit("p", make_jobs(8)).outcome, Submission::Outcome::kLater);
  EXPECT_THAT(slurm.next_parcel(make_jobs(60)).jobs, SizeIs(4));
}

TEST_F(SlurmLauncherTest, AsksOnceForAllJobsAndTheAccountingForWhatIsForgotten) {
  answers["squeue"] = says("12_1|RUNNING|None\n");
  answers["sacct"] = says("12_2|FAILED|3:0\n");
  const std::vector<Handle> handles = {
      {.scheduler_id = "12_1"}, {.scheduler_id = "12_2"}, {.scheduler_id = "12_3"}};
  EXPECT_THAT(launcher().poll(handles).statuses,
              ElementsAre(JobStatus{JobState::kRunning, {}, {}}, ended(EndingKind::kFailure, 3),
                          JobStatus{}));
  EXPECT_EQ(count("squeue"), 1);
  EXPECT_EQ(count("sacct"), 1);
}

TEST_F(SlurmLauncherTest, DoesNotAskAnAccountingThatIsNotThereAgain) {
  SlurmLauncher slurm = launcher();
  const std::vector<Handle> handles = {{.scheduler_id = "12_1"}};
  slurm.poll(handles);
  slurm.poll(handles);
  EXPECT_EQ(count("sacct"), 1);
}

TEST_F(SlurmLauncherTest, AControllerThatIsDownIsNoAnswer) {
  answers["squeue"] =
      fails("slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n");
  const Answer answer = launcher().poll(std::vector<Handle>{{.scheduler_id = "12_1"}});
  EXPECT_FALSE(answer.reachable);
  EXPECT_THAT(answer.message, HasSubstr("Unable to contact slurm controller"));
}

TEST_F(SlurmLauncherTest, SaysThatSlurmIsNotInstalled) {
  answers["squeue"] = CommandResult{};
  EXPECT_EQ(launcher().poll(std::vector<Handle>{{.scheduler_id = "12_1"}}).message,
            "squeue is not installed on this machine");
}

TEST_F(SlurmLauncherTest, FindsAParcelByItsName) {
  answers["squeue"] = says("12\n12\n");
  const Found found = launcher().find("p", std::vector<Handle>{{.index = 0}, {.index = 1}});
  EXPECT_EQ(found.outcome, Found::Outcome::kPresent);
  EXPECT_THAT(found.scheduler_ids, ElementsAre("12_1", "12_2"));
}

TEST_F(SlurmLauncherTest, CancelsWithOneCall) {
  launcher().cancel(std::vector<Handle>{
      {.scheduler_id = "12_1"}, {.scheduler_id = "13_4"}, {.scheduler_id = "12_3"}});
  EXPECT_THAT(commands.back().arguments, ElementsAre("scancel", "12_[1,3]", "13_[4]"));
}

TEST_F(SlurmLauncherTest, ExplainsWhyAJobIsPending) {
  answers["squeue"] = says("12_1|PENDING|Resources\n");
  EXPECT_EQ(launcher().explain({.scheduler_id = "12_1"}),
            "It is next and waits until what it asks for is free.");
}

}  // namespace
}  // namespace sciwright::jobs
