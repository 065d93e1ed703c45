// `sciwright progress` in job scripts, and what `sciwright experiment list` makes of it.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

struct ProgressProgram : ::testing::Test {
  ProgressProgram() {
    for (const char* name : {"SLURM_JOB_ID", "LSB_JOBID"}) ::unsetenv(name);
    make_directories(dir.path() / "epoch_1");
    write_file_atomic(dir.path() / "epoch_1/config.yaml", "experiment: {epoch: 1}\n");
  }

  /// Runs a job script in the folder of the experiment; `$P` is `sciwright progress`.
  Ended job(const std::string& text) const {
    write_file_atomic(dir.path() / "job.sh", "P='" SCIWRIGHT_PROGRAM " progress'\n" + text);
    return run_shell("cd " + (dir.path() / "epoch_1").string() + " && sh ../job.sh");
  }

  TemporaryDirectory dir;
};

TEST_F(ProgressProgram, PrintsTheOriginalsLine) {
  const Ended e = job("$P 50 --status=waiting --pid=101 --now user=gregor n=1\n");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, MatchesRegex("# cloudmesh status=waiting progress=50 pid=101 "
                                   "time='[-0-9]{10} [0-9:]{8}\\.[0-9]{6}' user=gregor n=1\n"));
  EXPECT_EQ(job("$P 3% --pid=1 --sep=, a=1 b=2").text,
            "# cloudmesh status=running progress=3 pid=1 a=1,b=2\n");
  const std::string rule = "# " + std::string(78, '#') + "\n";
  EXPECT_EQ(job("$P 3 --pid=1 --banner").text,
            rule + "# cloudmesh status=running progress=3 pid=1\n" + rule);
}

TEST_F(ProgressProgram, SpeaksForTheScriptOrItsJob) {
  const Ended e = job("$P 100 --file own.log | sed \"s/$$/MINE/\"");
  EXPECT_EQ(e.text, "# cloudmesh status=done progress=100 pid=MINE\n");
  EXPECT_EQ(job("SLURM_JOB_ID=17 $P 0").text, "# cloudmesh status=running progress=0 pid=17\n");
}

TEST_F(ProgressProgram, IsUnderstoodByTheList) {
  EXPECT_EQ(job("$P 30 --file job.log; $P --status failed rc=1 msg=\"it's over\" > job.out").code,
            0);
  const Ended e = sciwright_with("experiment list " + dir.path().string() + " --json");
  EXPECT_THAT(e.text, HasSubstr("\"message\": \"it's over\""));
  EXPECT_THAT(e.text, HasSubstr("\"status\": \"failed\""));
}

TEST_F(ProgressProgram, FailsWhenItsLineCannotBeWritten) {
  const Ended e = job("$P 3 >/dev/full");
  EXPECT_EQ(e.code, 1);
  EXPECT_THAT(e.text, HasSubstr("sciwright: standard output cannot be written"));
}

TEST_F(ProgressProgram, SaysAllThatIsWrongAndWritesNothing) {
  Ended e = job("$P 101 more 'a b=1' --pid 'a b' --status='x y' --file own.log");
  EXPECT_EQ(e.code, 2);
  const std::string word = "expected one word of letters, digits and _ - . + :\n";
  EXPECT_EQ(e.text, "sciwright: progress: found 'more', expected KEY=VALUE\nstatus: found 'x y', " +
                        word +
                        "progress: found 101, expected 0 to 100 (percent)\npid: found 'a b', " +
                        word + "key: found 'a b', " + word);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "epoch_1/own.log"));
  e = job("$P half now");
  EXPECT_EQ(e.code, 2);
  EXPECT_EQ(e.text,
            "sciwright: progress: found 'half', expected 0 to 100 (percent)\n"
            "progress: found 'now', expected KEY=VALUE\n");
  EXPECT_EQ(job("$P").code, 2);
  EXPECT_EQ(job("$P nan").code, 2);
}

}  // namespace
}  // namespace sciwright
