// `sciwright experiment submit`, `status` and their relatives as people type them, with jobs on
// this machine.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include "base/files.h"
#include "base/process.h"
#include "program.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A study of `count` experiments in `study`, whose jobs do `command`.
class SubmitProgram : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    fs::current_path(dir_.path());
  }
  void TearDown() override { fs::current_path(before_); }

  static void make_study(const std::string& command, const std::string& values,
                         const std::string& more = "") {
    write_file_atomic("study.yaml", "experiment: {x: \"" + values + "\"}\n");
    write_file_atomic("job.in.sh", "#!/bin/sh\n" + command + "\n");
    const Ended e = sciwright_with(
        "experiment generate --config study.yaml --source job.in.sh --out study -y " + more);
    ASSERT_EQ(e.code, 0) << e.text;
  }

  static Json status(const std::string& options = "") {
    const Ended e = sciwright_with("experiment status study --json " + options, "2>/dev/null");
    return Json::parse(e.text);
  }
  static std::string states() {
    std::string text;
    const Json counts = status().at("counts");
    for (const auto& [state, count] : counts.items()) {
      text += state + " " + count.dump() + " ";
    }
    return text;
  }

  TemporaryDirectory dir_;
  fs::path before_;
};

TEST_F(SubmitProgram, RunsExplainsAndResumes) {
  make_study(
      "echo ran >>ran; [ {experiment.x} != 2 ] || [ -e ok ] || { echo no such luck >&2; exit 3; }",
      "[1-4]");
  const Ended ran = sciwright_with("experiment submit study -y -j 2");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.text,
              AllOf(HasSubstr("jobs      4\nlauncher  on this machine, 2 at a time\n"),
                    HasSubstr("x_2: exit code 3\n"), HasSubstr("3 succeeded, 1 failed\n")));
  EXPECT_EQ(states(), "failure 1 succeeded 3 ");
  const Ended why = sciwright_with("experiment explain study");
  EXPECT_THAT(why.text, StartsWith("x_2: failure\n  Exit code 3."));
  EXPECT_THAT(why.text, HasSubstr("Its last words: no such luck\n"
                                  "  sciwright experiment resume study x_2\n"));
  EXPECT_EQ(sciwright_with("experiment logs study x_2 -e").text, "no such luck\n");

  EXPECT_EQ(
      sciwright_with("experiment submit study -y").text,
      "nothing to submit in study\n1 did not succeed; sciwright experiment resume study starts "
      "them again\n");
  write_file_atomic("study/x_2/ok", "");
  const Ended again = sciwright_with("experiment resume study -y -q");
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(again.text, "1 succeeded, 0 failed\n");
  EXPECT_EQ(states(), "succeeded 4 ");
  EXPECT_EQ(read_file("study/x_2/ran"), "ran\nran\n");
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\n");
  EXPECT_EQ(status().at("experiments")[1].at("attempt"), 2);
}

TEST_F(SubmitProgram, AsksFirstAndShowsWhatItWouldDo) {
  make_study("true", "1,2");
  const Ended asked = sciwright_with("experiment submit study </dev/null");
  EXPECT_EQ(asked.code, 2);
  EXPECT_THAT(asked.text, HasSubstr("nobody can be asked here; --yes submits without a question"));
  EXPECT_EQ(sciwright_with("experiment submit study -n").code, 0);
  EXPECT_EQ(states(), "new 2 ");
}

TEST_F(SubmitProgram, TakesTheLauncherThatTheScriptIsWrittenFor) {
  make_study("#SBATCH --time=2:00:00\n#SBATCH --gres=gpu:2\ntrue", "1,2,3");
  EXPECT_THAT(sciwright_with("experiment submit study -n").text,
              AllOf(HasSubstr("launcher  slurm, as arrays of up to 1000, or what it allows\n"),
                    HasSubstr("at most 6 node-hours, 12 GPU-hours\n")));
}

TEST_F(SubmitProgram, StopsAtTooManyFailures) {
  make_study("exit 1", "[1-300]");
  const Ended e = sciwright_with("experiment submit study -y -q --max-fails 2");
  EXPECT_EQ(e.code, 1);
  EXPECT_THAT(e.text, HasSubstr("stopped: more failed than --max-fails 2 allows"));
  const Json counts = status().at("counts");
  EXPECT_LT(counts.value("failure", 0), 100);
  EXPECT_GT(counts.value("new", 0) + counts.value("cancelled", 0), 200);
}

TEST_F(SubmitProgram, CountsWhatEndedAfterTooManyFailures) {
  make_study("sleep 0.2\nexit 1", "[1-12]");
  const Ended e = sciwright_with("experiment submit study -y -q -j 2 --max-fails 20%");
  const int num_failed = status().at("counts").value("failure", 0);
  EXPECT_THAT(e.text, HasSubstr(fmt::format("0 succeeded, {} failed, {} left\n", num_failed,
                                            12 - num_failed)));
  EXPECT_GE(num_failed, 3);
  EXPECT_THAT(sciwright_with("experiment submit study -y").text,
              HasSubstr("12 did not succeed; sciwright experiment resume study starts them again"));
}

TEST_F(SubmitProgram, AResumeStopsAtTooManyFailuresAndTellsAHookToo) {
  make_study("exit 1", "[1-300]");
  ASSERT_EQ(sciwright_with("experiment submit study -y -q -j 2").code, 1);
  ASSERT_EQ(states(), "failure 300 ");
  const std::string hook = "echo $SCIWRIGHT_EXPERIMENT $SCIWRIGHT_STATE >>told";
  const Ended e =
      sciwright_with("experiment resume study -y -q --max-fails 1% --on-change '" + hook + "'");
  EXPECT_EQ(e.code, 1);
  EXPECT_THAT(e.text, HasSubstr("stopped: more failed than --max-fails 1% allows"));
  EXPECT_THAT(read_file("told"), HasSubstr("x_1 failure\n"));
  int num_again = 0;
  const Json all = status();
  for (const Json& one : all.at("experiments")) num_again += one.at("attempt") == 2 ? 1 : 0;
  EXPECT_GT(num_again, 3);
  EXPECT_LT(num_again, 200);
}

TEST_F(SubmitProgram, SaysThatAHostCannotBeReached) {
  make_study("true", "1");
  const Ended e = sciwright_with(
      "experiment submit study -y -q --launcher ssh --host 127.0.0.1 --ssh-option -p --ssh-option "
      "1");
  EXPECT_EQ(e.code, 3) << e.text;
  EXPECT_THAT(e.text, HasSubstr("sciwright: ssh: connect to host 127.0.0.1 port 1: Connection "
                                "refused\n"));
  EXPECT_EQ(states(), "new 1 ");
}

/// An sbatch that queues and dies, and a squeue that knows the job by its name.
TEST_F(SubmitProgram, AdoptsWhatAKilledSbatchHasQueued) {
  make_study("true", "1");
  fs::create_directories("bin");
  write_file_atomic("bin/sbatch", "#!/bin/sh\necho ${2#--job-name=} >>queued\nkill -9 $$\n");
  write_file_atomic("bin/squeue",
                    "#!/bin/sh\ncase \"$*\" in *--name=$(cat queued)*) echo 7;; *--name=*) ;; *) "
                    "echo '7_1|PENDING|Priority';; esac\n");
  for (const char* program : {"sbatch", "squeue"}) {
    fs::permissions(fs::path("bin") / program, fs::perms::owner_all);
  }
  const std::string path = "PATH=$PWD/bin:/usr/bin:/bin " SCIWRIGHT_PROGRAM " ";
  const Ended killed = run_shell(path + "experiment submit study -y -q --launcher slurm");
  EXPECT_EQ(killed.code, 3);
  EXPECT_THAT(killed.text, HasSubstr("sciwright: sbatch was ended by signal 9\n"));
  const Ended seen = run_shell(path + "experiment status study --json");
  EXPECT_EQ(Json::parse(seen.text).at("counts").dump(), R"({"pending":1})");
  run_shell(path + "experiment submit study -y -q --launcher slurm");
  EXPECT_EQ(std::ranges::count(read_file("queued"), '\n'), 1);
}

TEST_F(SubmitProgram, RefusesWhileTheLedgerLacksJobsAndGoesOnAfterAScan) {
  make_study("echo ran >>ran", "1,2");
  ASSERT_EQ(sciwright_with("experiment submit study -y -q --limit 1").code, 0);
  const std::string text = read_file("study/jobs.jsonl");
  write_file_atomic("study/jobs.jsonl", "{\"evnt" + text.substr(text.find('\n')));
  EXPECT_THAT(sciwright_with("experiment status study").text,
              AllOf(HasSubstr("/study/jobs.jsonl:1: this line cannot be read"),
                    HasSubstr("/study/jobs.jsonl:2: which jobs parcel")));
  const Ended refused = sciwright_with("experiment submit study -y -q");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.text, HasSubstr("`sciwright experiment scan study` finds those"));
  EXPECT_EQ(sciwright_with("experiment scan study").code, 1);
  EXPECT_EQ(sciwright_with("experiment scan study").code, 0);
  EXPECT_EQ(sciwright_with("experiment submit study -y -q").code, 0);
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\n");
  EXPECT_EQ(states(), "succeeded 2 ");
}

TEST_F(SubmitProgram, CancelAndStatusSayWhenNobodyAnswers) {
  make_study("true", "1");
  fs::create_directories("bin");
  write_file_atomic("bin/sbatch",
                    "#!/bin/sh\necho 'sbatch: error: Socket timed out' >&2; exit 1\n");
  write_file_atomic("bin/squeue",
                    "#!/bin/sh\necho 'Unable to contact slurm controller' >&2; exit 1\n");
  for (const char* program : {"sbatch", "squeue"}) {
    fs::permissions(fs::path("bin") / program, fs::perms::owner_all);
  }
  const std::string path = "PATH=$PWD/bin:/usr/bin:/bin " SCIWRIGHT_PROGRAM " ";
  EXPECT_EQ(run_shell(path + "experiment submit study -y -q --launcher slurm").code, 3);
  const Ended e = run_shell(path + "experiment cancel study --all");
  EXPECT_EQ(e.code, 3);
  EXPECT_THAT(e.text, HasSubstr("slurm: Unable to contact slurm controller"));
  // As on a full disk, where no lock can be taken.
  const Ended full = run_shell("trap '' XFSZ; ulimit -f 0; " + path + "experiment status study");
  EXPECT_EQ(full.code, 0);
  EXPECT_THAT(full.text, HasSubstr("1 experiments: 1 unknown\n"));
}

TEST_F(SubmitProgram, WaitingAndNotWaitingExcludeEachOther) {
  make_study("true", "1");
  EXPECT_EQ(sciwright_with("experiment submit study -y --wait --no-wait").code, 2);
  EXPECT_EQ(states(), "new 1 ");
}

/// Programs that answer as PBS's manual says, and run jobs at once.
void make_fake_pbs() {
  make_directories("bin");
  const std::string qsub = R"sh(#!/bin/sh
cat >script
echo "$@" >>asked
count=1 id=12
while [ $# -gt 0 ]; do [ "$1" = -J ] && count=${2#1-} && id='12[]'; shift; done
echo "$id.pbs"
printf '{"Jobs":{' >jobs.json
for i in $(seq "$count"); do
  one=12; [ "$count" = 1 ] || one="12[$i]"
  PBS_JOBID=$one.pbs PBS_ARRAY_INDEX=$i sh script </dev/null >/dev/null 2>&1
  printf '"%s.pbs":{"job_state":"X","Exit_status":%s},' "$one" $? >>jobs.json
done
printf '"0.pbs":{"job_state":"Q"}}}' >>jobs.json
)sh";
  write_file_atomic("bin/qsub", qsub);
  write_file_atomic("bin/qstat", "#!/bin/sh\ncat jobs.json\n");
  for (const char* name : {"bin/qsub", "bin/qstat"}) fs::permissions(name, fs::perms::owner_all);
}

TEST_F(SubmitProgram, HandsOverToPbsAsItsScriptsAreWrittenFor) {
  make_fake_pbs();
  make_study(
      "#PBS -N mine\n#PBS -l select=1:ncpus=2\n#PBS -l walltime=0:10:00\n"
      "echo ran >>ran; [ {experiment.x} != 2 ] || exit 3",
      "1,2,3");
  const std::string program = "PATH=$PWD/bin:$PATH " + std::string(SCIWRIGHT_PROGRAM);
  const Ended e = run_shell(program + " experiment submit study -y");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text,
              AllOf(HasSubstr("launcher  pbs, as arrays of up to 1000, or what it allows\n"),
                    HasSubstr("at most 0.5 node-hours"), HasSubstr("3 jobs handed over\n")));
  EXPECT_THAT(read_file("asked"), HasSubstr("-J 1-3 -l walltime=00:10:00\n"));
  EXPECT_THAT(read_file("script"), StartsWith("#!/bin/sh\n#PBS -l select=1:ncpus=2\n"));
  const Ended now = run_shell(program + " experiment status study --all");
  EXPECT_EQ(now.code, 1);
  EXPECT_THAT(now.text,
              AllOf(HasSubstr("3 experiments: 2 succeeded, 1 failure\n"), HasSubstr("pbs 12[2]")));
  const Ended again = run_shell(program + " experiment resume study -y -q --launcher pbs");
  EXPECT_EQ(again.text, "1 jobs handed over\n");
  EXPECT_EQ(read_file("study/x_2/ran"), "ran\nran\n");
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\n");
}

TEST_F(SubmitProgram, GivenOptionsWinAndTheOthersAreAsTheLastTime) {
  make_fake_pbs();
  make_study("#PBS -N mine\nexit 3", "1,2");
  const std::string program = "PATH=$PWD/bin:$PATH " + std::string(SCIWRIGHT_PROGRAM);
  ASSERT_EQ(run_shell(program + " experiment submit study -y --array-size 7 --option=-qold").code,
            0);
  EXPECT_THAT(
      run_shell(program + " experiment resume study -n --throttle 3").text,
      HasSubstr("launcher  pbs, as arrays of up to 7, or what it allows, 3 tasks at a time, "
                "with -qold\n"));
  ASSERT_EQ(run_shell(program + " experiment resume study -y --option=-qnew").code, 0);
  EXPECT_THAT(read_file("asked"), HasSubstr("-J 1-2 -qnew\n"));
  EXPECT_THAT(run_shell(program + " experiment resume study -n --option ''").text,
              HasSubstr("launcher  pbs, as arrays of up to 7, or what it allows\n"));
}

TEST_F(SubmitProgram, KnowsTheHostOfTheLastTime) {
  make_study("true", "1,2");
  write_file_atomic("study/submissions.jsonl", R"({"launcher":"ssh","host":"far","num_slots":5})"
                                               "\n");
  EXPECT_THAT(sciwright_with("experiment submit study -n --launcher ssh").text,
              HasSubstr("launcher  on far by ssh, 5 at a time\n"));
  EXPECT_THAT(sciwright_with("experiment submit study -n --launcher ssh -j 2").text,
              HasSubstr("launcher  on far by ssh, 2 at a time\n"));
  EXPECT_THAT(sciwright_with("experiment submit study -n --host other").text,
              HasSubstr("launcher  on other by ssh, 1 at a time\n"));
}

TEST_F(SubmitProgram, WarnsWhoseJobsItTakes) {
  make_study("true", "[1-4]");
  ASSERT_EQ(sciwright_with("experiment share study --with alice,bob").code, 0);
  EXPECT_THAT(sciwright_with("experiment submit study -n").text,
              HasSubstr("warning: this study is shared by alice, bob, and these jobs are of all of "
                        "them; --share NAME takes one's own\njobs      4\n"));
  EXPECT_THAT(sciwright_with("experiment submit study -n --share bob").text,
              StartsWith("jobs      2\n"));
  EXPECT_THAT(sciwright_with("experiment status study --share bob").text,
              StartsWith("2 experiments: 2 new\n"));
}

TEST_F(SubmitProgram, ListKnowsHowJobsEnded) {
  make_study("echo '# cloudmesh status=running progress=10'\n[ {experiment.x} = 1 ]", "1,2");
  ASSERT_EQ(sciwright_with("experiment submit study -y -q").code, 1);
  EXPECT_EQ(sciwright_with("experiment list study --summary").text,
            "total: 2, pending: 0, done: 1, failure: 1\n");
}

TEST_F(SubmitProgram, ADryRunPrintsJsonToo) {
  make_study("#SBATCH --time=2:00:00\ntrue", "1,2,3");
  const Json preview =
      Json::parse(sciwright_with("experiment submit study -n --json", "2>/dev/null").text);
  EXPECT_EQ(preview.at("num_jobs"), 3);
  EXPECT_EQ(preview.at("launcher"), "slurm");
  EXPECT_EQ(preview.at("most_node_hours"), 6);
  EXPECT_EQ(preview.at("median_elapsed_s"), nullptr);
  EXPECT_EQ(states(), "new 3 ");
}

TEST_F(SubmitProgram, SaysThatPbsIsNotThere) {
  make_study("#PBS -q gpu\ntrue", "1");
  const Ended e = sciwright_with("experiment submit study -y -q");
  EXPECT_EQ(e.code, 3);
  EXPECT_THAT(e.text, HasSubstr("qsub is not installed on this machine"));
}

TEST_F(SubmitProgram, TellsAHook) {
  make_study("true", "1");
  const std::string hook = "echo $SCIWRIGHT_EXPERIMENT $SCIWRIGHT_STATE >>told";
  EXPECT_EQ(sciwright_with("experiment submit study -y -q --on-change '" + hook + "'").code, 0);
  EXPECT_THAT(read_file("told"), HasSubstr("x_1 succeeded\n"));
}

TEST_F(SubmitProgram, PackedAndFlatStudiesRunToo) {
  make_study("echo ran >>ran", "1,2", "--packed");
  EXPECT_EQ(sciwright_with("experiment submit study -y -q").text, "2 succeeded, 0 failed\n");
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\n");
  fs::remove_all("study");
  make_study("echo {experiment.x} >>ran", "1,2", "--mode f");
  EXPECT_EQ(sciwright_with("experiment submit study -y -q").text, "2 succeeded, 0 failed\n");
  EXPECT_EQ(read_file("study/ran"), "1\n2\n");
  EXPECT_EQ(states(), "succeeded 2 ");
}

TEST_F(SubmitProgram, CancelsWhatRuns) {
  make_study("echo ran >>ran; exec sleep 300", "1,2");
  ASSERT_EQ(sciwright_with("experiment submit study -y --no-wait").code, 0);
  for (int i = 0; i < 500 && status("--files").at("counts").value("running", 0) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // The one in the background has the lock: it is asked to stop, and its jobs with it.
  const Ended busy = sciwright_with("experiment cancel study --all");
  EXPECT_EQ(busy.code, 2);
  const auto at = busy.text.find("process ");
  ASSERT_NE(at, std::string::npos) << busy.text;
  const int pid = std::stoi(busy.text.substr(at + 8));
  ::kill(pid, SIGKILL);
  while (!process_start(pid).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Ended cancelled = sciwright_with("experiment cancel study --all");
  EXPECT_EQ(cancelled.code, 0) << cancelled.text;
  for (int i = 0; i < 500 && status().at("counts").value("running", 0) > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(status().at("counts").value("cancelled", 0), 1) << status().dump(1);
}

TEST_F(SubmitProgram, RebuildsALostLedger) {
  make_study("echo ran >>ran; exit 1", "1,2");
  EXPECT_EQ(sciwright_with("experiment submit study -y -q").code, 1);
  fs::remove("study/jobs.jsonl");
  EXPECT_EQ(states(), "failure 2 ");
  EXPECT_EQ(sciwright_with("experiment scan study").text,
            "2 experiments, 2 with a record of a job, 2 written to the ledger anew\n");
  EXPECT_EQ(sciwright_with("experiment resume study -y -q").code, 1);
  EXPECT_EQ(read_file("study/x_1/ran"), "ran\nran\n");
}

TEST_F(SubmitProgram, SaysWhatIsWrong) {
  const auto text = [](const std::string& command) {
    const Ended e = sciwright_with("experiment " + command);
    EXPECT_EQ(e.code, 2) << command;
    return e.text;
  };
  EXPECT_THAT(text("status nowhere"), HasSubstr("nowhere/experiments.jsonl: has no experiments"));
  make_study("true", "1,2");
  EXPECT_THAT(
      text("submit study -y --launcher slrum"),
      HasSubstr("found slrum, expected local, slurm, lsf, pbs or ssh; did you mean 'slurm'?"));
  EXPECT_THAT(text("submit study -y --launcher ssh"), HasSubstr("--launcher ssh needs --host"));
  EXPECT_THAT(text("submit study -y --max-fails some"), HasSubstr("--max-fails: found some"));
  EXPECT_THAT(text("submit study -y --memory lots"), HasSubstr("--memory: found lots"));
  EXPECT_THAT(text("submit study -y --time soon"), HasSubstr("soon"));
  EXPECT_THAT(text("status study x_3"), HasSubstr("no experiment is called x_3"));
  EXPECT_THAT(text("cancel study"), HasSubstr("say which experiments to cancel, or --all"));
}

/// Starts the command and kills it after a while. False when it had ended before.
bool kill_after(const std::vector<std::string>& command, int milliseconds) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::freopen("/dev/null", "w", stdout);
    ::freopen("/dev/null", "w", stderr);
    ::execv(argv.front(), argv.data());
    ::_exit(127);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

int num_kills() { return is_long() ? 200 : 20; }

TEST_F(SubmitProgram, KilledAtAnyMomentNothingIsLostAndNothingRunsTwice) {
  const int count = 40 * num_kills();  // more than the killed commands can finish
  make_study("echo ran >>ran; sleep 0.02", "[1-" + std::to_string(count) + "]");
  int num_killed = 0;
  for (int i = 0; i < num_kills(); ++i) {
    num_killed += kill_after({SCIWRIGHT_PROGRAM, "experiment", i % 4 == 3 ? "status" : "submit",
                              "study", i % 4 == 3 ? "--all" : "-y"},
                             5 + 13 * (i % 11));
  }
  EXPECT_GT(num_killed, num_kills() / 2);
  const Ended e = sciwright_with("experiment submit study -y -q -j 16");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(states(), "succeeded " + std::to_string(count) + " ");
  for (const fs::path& path : sorted_entries("study")) {
    if (!fs::exists(path / "job.sh")) continue;
    EXPECT_EQ(read_file(path / "ran"), "ran\n") << path;
  }
}

TEST_F(SubmitProgram, AKilledGenerateIsCompletedByTheNext) {
  write_file_atomic("study.yaml", "experiment: {x: \"[1-400]\"}\n");
  write_file_atomic("job.in.sh", "#!/bin/sh\ntrue\n");
  const std::vector<std::string> command = {SCIWRIGHT_PROGRAM, "experiment", "generate",
                                            "--config",        "study.yaml", "--source",
                                            "job.in.sh",       "--out",      "study"};
  for (int i = 0; i < num_kills(); ++i) {
    kill_after(command, 3 + 2 * (i % 20));
    if (i % 5 == 4) fs::remove_all("study");
  }
  const Ended e =
      sciwright_with("experiment generate --config study.yaml --source job.in.sh --out study");
  EXPECT_EQ(e.code, 0) << e.text;
  EXPECT_EQ(states(), "new 400 ");
  for (int x = 1; x <= 400; ++x) {
    const fs::path folder = "study/x_" + std::to_string(x);
    EXPECT_EQ(read_file(folder / "job.sh"), "#!/bin/sh\ntrue\n");
    EXPECT_THAT(read_file(folder / "config.yaml"), HasSubstr("experiment:"));
  }
}

}  // namespace
}  // namespace sciwright
