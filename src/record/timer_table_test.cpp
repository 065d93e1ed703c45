#include "record/timer_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "record/stopwatch.h"

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;

// 2026-11-22T00:02:43Z
constexpr std::int64_t kUtcStart = 1'795'305'763'000'000'000;
constexpr std::int64_t kMs = 1'000'000;

const TimerReport kReport{.tag = "myexp",
                          .node = "computer",
                          .user = "gregor",
                          .system = "Linux",
                          .version = "V",
                          .columns = {},
                          .system_facts = {}};

/// The timers of the table that is printed in full in the specification.
std::vector<Interval> measured() {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, kUtcStart));
  watch.event("start");
  watch.start("earthquake");
  now_ns += 122 * kMs;
  watch.stop("earthquake");
  for (int i = 0; i < 3; ++i) {
    watch.start("loop");
    now_ns += 10 * kMs;
    watch.stop("loop");
  }
  watch.start("unfinished");
  watch.event("ev", "{'a': 1}");
  return watch.intervals();
}

TEST(TimerTable, EqualsTheOriginalByteForByte) {
  EXPECT_EQ(
      timer_report(measured(), kReport),
      "\n"
      "\n"
      R"(+------------+----------+--------+-------+---------------------+-------+----------+----------+--------+-------+-----------+
| Name       | Status   |   Time |   Sum | Start               | tag   | msg      | Node     | User   | OS    | Version   |
|------------+----------+--------+-------+---------------------+-------+----------+----------+--------+-------+-----------|
| start      | ok       |  0     | 0     | 2026-11-22 00:02:43 | myexp |          | computer | gregor | Linux | V         |
| earthquake | ok       |  0.122 | 0.122 | 2026-11-22 00:02:43 | myexp |          | computer | gregor | Linux | V         |
| loop       | ok       |  0.01  | 0.03  | 2026-11-22 00:02:43 | myexp |          | computer | gregor | Linux | V         |
| unfinished | failed   |        | 0     | 2026-11-22 00:02:43 | myexp |          | computer | gregor | Linux | V         |
| ev         | ok       |  0     | 0     | 2026-11-22 00:02:43 | myexp | {'a': 1} | computer | gregor | Linux | V         |
+------------+----------+--------+-------+---------------------+-------+----------+----------+--------+-------+-----------+
# csv,timer,status,time,sum,start,tag,msg,uname.node,user,uname.system,platform.version
# csv,start,ok,0.0,0.0,2026-11-22 00:02:43,myexp,None,computer,gregor,Linux,V
# csv,earthquake,ok,0.122,0.122,2026-11-22 00:02:43,myexp,None,computer,gregor,Linux,V
# csv,loop,ok,0.01,0.03,2026-11-22 00:02:43,myexp,None,computer,gregor,Linux,V
# csv,unfinished,failed,None,0.0,2026-11-22 00:02:43,myexp,None,computer,gregor,Linux,V
# csv,ev,ok,0.0,0.0,2026-11-22 00:02:43,myexp,{'a': 1},computer,gregor,Linux,V
)");
}

TEST(TimerTable, PrintsTheShortForm) {
  TimerReport report = kReport;
  report.columns = {"timer", "status", "time"};
  report.total = true;
  EXPECT_EQ(timer_report(measured(), report), R"(

+------------+----------+--------+
| Name       | Status   |   Time |
|------------+----------+--------|
| start      | ok       |  0     |
| earthquake | ok       |  0.122 |
| loop       | ok       |  0.01  |
| unfinished | failed   |        |
| ev         | ok       |  0     |
+------------+----------+--------+Total: 0.132
# csv,timer,status,time
# csv,start,ok,0.0
# csv,earthquake,ok,0.122
# csv,loop,ok,0.01
# csv,unfinished,failed,None
# csv,ev,ok,0.0
)");
}

TEST(TimerTable, PutsTheSystemTableFirst) {
  TimerReport report = kReport;
  report.columns = {"timer", "sum"};
  report.prefix = "";
  report.system_facts = {{"cpu_cores", "2"}, {"uname.system", "Linux"}};
  EXPECT_EQ(timer_report({measured()[0]}, report), R"(
+--------------+---------+
| Attribute    | Value   |
|--------------+---------|
| cpu_cores    | 2       |
| uname.system | Linux   |
+--------------+---------+

+---------+-------+
| timer   |   sum |
|---------+-------|
| start   |     0 |
+---------+-------+
)");
}

TEST(TimerTable, SaysThatThereAreNoTimers) {
  EXPECT_EQ(timer_report({}, kReport), "\nERROR: No timers found\n");
}

TEST(TimerTable, SuggestsTheColumnThatWasMeant) {
  TimerReport report = kReport;
  report.columns = {"timer", "statsu"};
  try {
    timer_report(measured(), report);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "timer table: no column 'statsu'; did you mean 'status'?");
  }
}

TEST(TimerTable, QuotesCsvFieldsAndKeepsThemOnOneLine) {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, kUtcStart));
  watch.event("a,b", "say \"x\"\nand y");
  TimerReport report = kReport;
  report.columns = {"timer", "msg"};
  EXPECT_EQ(timer_csv_lines(watch.intervals(), report),
            "# csv,timer,msg\n"
            "# csv,\"a,b\",\"say \"\"x\"\" and y\"\n");
}

TEST(TimerTable, ReadsItsCsvLinesBackFromALog) {
  const std::string log = "epoch 1\n" + timer_report(measured(), kReport) + "bye\n";
  Problems problems;
  const TimerCsv csv = parse_timer_csv_lines(log, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(csv.columns.size(), 11U);
  ASSERT_EQ(csv.rows.size(), 5U);
  EXPECT_THAT(csv.rows[1], ElementsAre("earthquake", "ok", "0.122", "0.122", "2026-11-22 00:02:43",
                                       "myexp", "None", "computer", "gregor", "Linux", "V"));
}

TEST(TimerTable, ReportsUnquotedLinesOfTheOriginal) {
  Problems problems;
  const TimerCsv csv = parse_timer_csv_lines(
      "# csv,timer,msg\n# csv,a,b,{'x': 1}\n0: # csv,c,None\n# csv,timer,msg\n", problems);
  EXPECT_THAT(problems, ElementsAre("line 2: has 3 fields, expected 2"));
  ASSERT_EQ(csv.rows.size(), 1U);
  EXPECT_THAT(csv.rows[0], ElementsAre("c", "None"));
}

TEST(TimerTable, WritesText) {
  EXPECT_EQ(timer_text(measured()),
            "start 1795305763.000000 1795305763.000000 0.0 ok\n"
            "earthquake 1795305763.000000 1795305763.122000 0.122 ok\n"
            "loop 1795305763.142000 1795305763.152000 0.01 ok\n"
            "unfinished 1795305763.152000 None None running\n"
            "ev 1795305763.152000 1795305763.152000 0.0 ok\n");
}

TEST(TimerTable, WritesJson) {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, kUtcStart));
  watch.start("a");
  now_ns += 1500 * kMs;
  watch.stop("a");
  watch.start("b");
  TimerReport report = kReport;
  report.system_facts = {{"user", "gregor"}};
  EXPECT_EQ(timer_json(watch.intervals(), report), R"({
  "schema_version": 1,
  "sysinfo": {
    "user": "gregor"
  },
  "benchmark": {
    "a": {
      "start": "2026-11-22T00:02:43.000Z",
      "stop": "2026-11-22T00:02:44.500Z",
      "time": 1.5,
      "sum": 1.5,
      "status": "ok",
      "msg": null,
      "timer": "a",
      "tag": "myexp",
      "count": 1,
      "min": 1.5,
      "max": 1.5,
      "mean": 1.5,
      "std": null
    },
    "b": {
      "start": "2026-11-22T00:02:44.500Z",
      "stop": null,
      "time": null,
      "sum": 0.0,
      "status": "failed",
      "msg": null,
      "timer": "b",
      "tag": "myexp",
      "count": 0,
      "min": null,
      "max": null,
      "mean": null,
      "std": null
    }
  }
}
)");
}

TEST(TimerTable, WritesYaml) {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, kUtcStart));
  watch.event("a: b", "x");
  EXPECT_EQ(timer_yaml(watch.intervals(), kReport), R"("schema_version": 1
"sysinfo": {}
"benchmark":
  "a: b":
    "start": "2026-11-22T00:02:43.000Z"
    "stop": "2026-11-22T00:02:43.000Z"
    "time": 0.0
    "sum": 0.0
    "status": "ok"
    "msg": "x"
    "timer": "a: b"
    "tag": "myexp"
    "count": 1
    "min": 0.0
    "max": 0.0
    "mean": 0.0
    "std": null
)");
}

TEST(TimerTable, WritesMarkdown) {
  EXPECT_EQ(timer_markdown({measured()[2], measured()[3]}),
            "| timer | status | count | sum s | mean s | std s | min s | max s |\n"
            "|---|---|---:|---:|---:|---:|---:|---:|\n"
            "| loop | ok | 2 | 0.020 | 0.010 | 0.000 | 0.010 | 0.010 |\n");
}

}  // namespace
}  // namespace sciwright::record
