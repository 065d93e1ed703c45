#include "base/process.h"

#include <csignal>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace sciwright {
namespace {

TEST(RunCommand, GivesInputAndKeepsTheTwoOutputsApart) {
  const CommandResult result =
      run_command({.arguments = {"sh", "-c", "cat; echo bad >&2; exit 3"}, .input = "one\ntwo\n"});
  EXPECT_TRUE(result.found);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "one\ntwo\n");
  EXPECT_EQ(result.error, "bad\n");
}

TEST(RunCommand, TellsAMissingProgramFromAFailingOne) {
  EXPECT_FALSE(run_command({.arguments = {"no-such-program-of-sciwright"}}).found);
  EXPECT_TRUE(run_command({.arguments = {"false"}}).found);
}

TEST(RunCommand, DoesNotHangOnAProgramThatReadsNothing) {
  const CommandResult result =
      run_command({.arguments = {"true"}, .input = std::string(1 << 20, 'x')});
  EXPECT_TRUE(result.succeeded());
}

TEST(RunCommand, KillsAtTheTimeLimitWithItsChildren) {
  const CommandResult result =
      run_command({.arguments = {"sh", "-c", "sleep 1000 & sleep 1000"}, .time_limit_s = 0.05});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
}

TEST(ProcessStart, IsThereUntilTheProcessIsReaped) {
  EXPECT_FALSE(process_start(::getpid()).empty());
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(process_start(pid).empty());
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(process_start(pid), "");
}

}  // namespace
}  // namespace sciwright
