// `sciwright stopwatch` in shell scripts, also in many at once.

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"

namespace sciwright {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

struct StopwatchProgram : ::testing::Test {
  StopwatchProgram() {
    ::setenv("SCIWRIGHT_STOPWATCH", (dir.path() / "w.jsonl").c_str(), 1);
    ::setenv("S", SCIWRIGHT_PROGRAM " stopwatch", 1);
  }
  ~StopwatchProgram() override { ::unsetenv("SCIWRIGHT_STOPWATCH"); }

  /// Runs a script with bash; `$S` is `sciwright stopwatch`.
  Ended script(const std::string& text) const {
    write_file_atomic(dir.path() / "script", text);
    return run_shell("bash " + (dir.path() / "script").string());
  }

  json report() const { return json::parse(script("$S report --form json").text)["benchmark"]; }

  TemporaryDirectory dir;
};

TEST_F(StopwatchProgram, TimesTheStepsOfAScript) {
  const Ended e = script(
      "$S start total\n"
      "$S start build; false; $S stop build --exit-code $? --message 'no compiler'\n"
      "$S event found --values '{\"files\": 3}'\n"
      "$S stop total\n"
      "$S report --no-system --attributes timer,status,msg --tag t\n");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, HasSubstr("\n"
                                "# csv,timer,status,msg\n"
                                "# csv,total,ok,None\n"
                                "# csv,build,failed,no compiler\n"
                                "# csv,found,ok,None\n"));
  EXPECT_GT(report()["total"]["time"], 0);
}

TEST_F(StopwatchProgram, LosesNothingOfParallelScripts) {
  const Ended e = script(
      "worker() { for i in 1 2 3 4 5; do $S start step; $S stop step; $S event tick; done; }\n"
      "$S start all\n"
      "for w in 1 2 3 4 5 6; do worker & done\n"
      "wait\n"
      "$S stop all\n");
  EXPECT_EQ(e.code, 0) << e.text;
  const json timers = report();
  EXPECT_EQ(timers["step"]["count"], 30);
  EXPECT_EQ(timers["tick"]["count"], 30);
  EXPECT_EQ(timers["all"]["count"], 1);
  EXPECT_EQ(script("$S report --form timers 2>&1 >/dev/null").text, "");
}

TEST_F(StopwatchProgram, RefusesToStopWhatDoesNotRun) {
  const Ended e = script("$S start build; $S stop biuld");
  EXPECT_EQ(e.code, 1);
  EXPECT_THAT(e.text, MatchesRegex("sciwright: .*w.jsonl: line 2: timer 'biuld' is stopped, but "
                                   "does not run\n"));
  EXPECT_EQ(report().size(), 1U);
}

TEST_F(StopwatchProgram, SaysWhichLinesAreBrokenAndGoesOn) {
  const Ended e = script(
      "$S event one; printf '{\"mark\": \"sta' >> $SCIWRIGHT_STOPWATCH; $S event two\n"
      "$S report --form txt\n");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, MatchesRegex("warning: .*w.jsonl: line 2: is no whole JSON object\n"
                                   "one [^\n]*\ntwo [^\n]*\n"));
}

TEST_F(StopwatchProgram, WritesAnMllogOfTheTimersThatAreNamed) {
  const Ended e = script("$S start Total; $S stop Total; $S report --form mllog --key Total=run");
  EXPECT_EQ(e.code, 0);
  EXPECT_THAT(e.text, StartsWith(":::MLLOG {\"namespace\": \"\", \"time_ms\": "));
  EXPECT_THAT(e.text, HasSubstr("\"key\": \"run_stop\""));
}

TEST_F(StopwatchProgram, RefusesAnMllogOfNoTimer) {
  const Ended e = script("$S event Total; $S report --form mllog --key Totl=run");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("w.jsonl has no timer 'Totl'; did you mean 'Total'?\n"));
  EXPECT_EQ(script("$S report --form mllog").text,
            "sciwright: --form mllog needs the timers to log and their keys: --key TIMER=KEY\n");
  EXPECT_EQ(script("$S report --key Total=run").code, 2);
}

TEST_F(StopwatchProgram, TellsOnlyTheFirstBrokenLinesOfAForeignFile) {
  const Ended e = script("seq 400 > $SCIWRIGHT_STOPWATCH; $S report --no-system");
  EXPECT_THAT(e.text, HasSubstr(": line 10: is no whole JSON object\nwarning: and 390 more\n"));
  EXPECT_EQ(script("$S start x --file ''").code, 2);
}

TEST_F(StopwatchProgram, NeedsAFileToReport) {
  const Ended e = script("$S report");
  EXPECT_EQ(e.code, 2);
  EXPECT_THAT(e.text, HasSubstr("w.jsonl"));
}

}  // namespace
}  // namespace sciwright
