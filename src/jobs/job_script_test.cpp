#include "jobs/job_script.h"

#include <csignal>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"
#include "jobs/job_record.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;

Job job_in(const fs::path& folder, const std::string& id, const std::string& command) {
  fs::create_directories(folder / id);
  return {.id = id, .directory = folder / id, .command = {"sh", "-c", command}};
}

CommandResult run_task(const std::vector<std::vector<Job>>& tasks, int task,
                       const std::string& scheduler_id = "77", int num_slots = 1) {
  const std::string script = job_script(
      tasks, {.scheduler = "test", .task = "$1", .scheduler_id = "$2", .num_slots = num_slots});
  return run_command({.arguments = {"sh", "-s", std::to_string(task), scheduler_id},
                      .input = script,
                      .time_limit_s = 20});
}

std::string text_of(const fs::path& file) { return fs::exists(file) ? read_file(file) : ""; }

TEST(ShellQuote, KeepsEveryByte) {
  const std::string text = "a b'c\"$(d)\n*\\";
  EXPECT_EQ(run_command({.arguments = {"sh", "-c", "printf %s " + shell_quote(text)}}).output,
            text);
}

TEST(JobScript, RunsItsTaskInItsFolderAndWritesHowItEnded) {
  const TemporaryDirectory folder;
  Job job = job_in(folder.path(), "it's \"b\"", "echo $WORD; pwd >&2; exit 3");
  job.environment = {{"WORD", "two words"}};
  const CommandResult result = run_task({{job_in(folder.path(), "a", "true")}, {job}}, 2);
  EXPECT_EQ(result.exit_code, 3) << result.error;
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(text_of(job.directory / "job.out"), "two words\n");
  EXPECT_EQ(text_of(job.directory / "job.err"), job.directory.string() + "\n");

  const JobRecord record = read_job_record(record_path(job.directory, 1));
  ASSERT_TRUE(record.start);
  EXPECT_EQ(record.start->host, host_name());
  EXPECT_EQ(record.start->boot, boot_id());
  EXPECT_EQ(record.start->scheduler_id, "77");
  EXPECT_EQ(presence_of(*record.start), Presence::kGone);
  EXPECT_EQ(record.ending, (Ending{EndingKind::kFailure, 3, {}}));
  EXPECT_FALSE(fs::exists(folder.path() / "a" / "job.1.jsonl"));
}

TEST(JobScript, StartsAnAttemptOnlyOnce) {
  const TemporaryDirectory folder;
  const Job job = job_in(folder.path(), "a", "echo once");
  run_task({{job}}, 1, "77");
  const CommandResult second = run_task({{job}}, 1, "78");
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_THAT(second.error, testing::HasSubstr("has been started before"));
  EXPECT_EQ(text_of(job.directory / "job.out"), "once\n");
}

TEST(JobScript, StartsAgainWhenItsSchedulerQueuedItAgain) {
  const TemporaryDirectory folder;
  const Job job = job_in(folder.path(), "a", "echo again");
  run_task({{job}}, 1, "77");
  run_task({{job}}, 1, "77");
  EXPECT_EQ(text_of(job.directory / "job.out"), "again\nagain\n");
  EXPECT_TRUE(read_job_record(record_path(job.directory, 1)).ending);
}

TEST(JobScript, RecordsThePidOfALivingProcess) {
  const TemporaryDirectory folder;
  const Job job = job_in(folder.path(), "a", "cp job.1.jsonl during.jsonl; exit 0");
  run_task({{job}}, 1);
  const JobRecord record = read_job_record(job.directory / "during.jsonl");
  ASSERT_TRUE(record.start);
  EXPECT_GT(record.start->pid, 1);
  EXPECT_FALSE(record.start->pid_start.empty());
}

TEST(JobScript, PassesSigtermOnAndSaysSo) {
  const TemporaryDirectory folder;
  const Job job = job_in(folder.path(), "a",
                         "trap 'echo bye; exit 9' TERM; kill -TERM $PPID; "
                         "while :; do sleep 0.01; done");
  const CommandResult result = run_task({{job}}, 1);
  EXPECT_EQ(result.exit_code, 9) << result.error;
  EXPECT_EQ(text_of(job.directory / "job.out"), "bye\n");
  EXPECT_TRUE(read_job_record(record_path(job.directory, 1)).was_terminated);
}

TEST(JobScript, KeepsATimeLimitWhereThereIsNoScheduler) {
  const TemporaryDirectory folder;
  Job job = job_in(folder.path(), "a", "exec sleep 1000");
  job.resources.time_limit_s = 0.05;
  const std::string script = job_script(
      std::vector<std::vector<Job>>{{job}},
      {.scheduler = "ssh", .task = "1", .scheduler_id = "7", .enforces_time_limit = true});
  run_command({.arguments = {"sh", "-s"}, .input = script, .time_limit_s = 20});
  const JobRecord record = read_job_record(record_path(job.directory, 1));
  ASSERT_TRUE(record.ending);
  EXPECT_EQ(record.ending->kind, EndingKind::kTimeLimit);
}

TEST(JobScript, RunsPackedJobsInSlotsAndTellsOfAFailure) {
  const TemporaryDirectory folder;
  std::vector<Job> jobs;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    jobs.push_back(job_in(folder.path(), id, std::string(id) == "b" ? "exit 4" : "echo done"));
  }
  const CommandResult result = run_task({jobs}, 1, "77", 2);
  EXPECT_EQ(result.exit_code, 4) << result.error;
  for (const Job& job : jobs) {
    const JobRecord record = read_job_record(record_path(job.directory, 1));
    ASSERT_TRUE(record.ending) << job.id;
    EXPECT_EQ(record.ending->exit_code, job.id == "b" ? 4 : 0);
  }
}

}  // namespace
}  // namespace sciwright::jobs
