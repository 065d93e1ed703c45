#include "record/timers_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "record/stopwatch.h"

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kText =
    "session,thread,depth,name,kind,status,start_utc,duration_s,message,values\n"
    "0,0,0,total,interval,running,2026-11-22T00:02:43.000000000Z,,,\n"
    "0,0,1,\"a,b\",interval,ok,2026-11-22T00:02:43.000000001Z,3600.000000002,,\n"
    "0,0,1,result,event,ok,2026-11-22T01:02:43.000000003Z,0.000000000,\"two\n"
    "lines\",\"{\"\"nnse\"\":0.5}\"\n";

std::vector<Interval> measured() {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, 1'795'305'763'000'000'000));
  watch.start("total");
  now_ns = 1;
  watch.start("a,b");
  now_ns = 3'600'000'000'003;
  watch.stop("a,b");
  watch.event("result", "two\nlines", {{"nnse", 0.5}});
  std::vector<Interval> all = watch.intervals();
  all.back().depth = 1;
  return all;
}

TEST(TimersCsv, WritesEveryRawInterval) { EXPECT_EQ(timers_csv(measured()), kText); }

TEST(TimersCsv, ReadsBackWhatItWrote) {
  Problems problems;
  const auto intervals = parse_timers_csv(kText, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(timers_csv(intervals), kText);
}

TEST(TimersCsv, ListsEveryBadRowAndKeepsTheRest) {
  Problems problems;
  const auto intervals = parse_timers_csv(
      "session,thread,depth,name,kind,status,start_utc,duration_s,message,values\n"
      "0,0,0,a,interval,ok,yesterday,1,,\n"
      "0,0,0,b,interval,ok,2026-11-22T00:02:43Z,1.5,,\n"
      "x,0,0,c,interval,ok,2026-11-22T00:02:43Z,1,,\n"
      "0,0,0,d,pause,ok,2026-11-22T00:02:43Z,1,,\n"
      "0,0,0,e,interval,ok,2026-11-22T00:02:43Z,long,,\n"
      "0,0,0,f,interval,ok,2026-11-22T00:02:43Z,1,,{\n"
      "0,0\n",
      problems);
  ASSERT_EQ(intervals.size(), 1U);
  EXPECT_EQ(intervals[0].duration_ns, 1'500'000'000);
  EXPECT_THAT(problems,
              ElementsAre("row 1: start_utc is 'yesterday', expected an ISO 8601 stamp",
                          "row 3: session, thread and depth must be whole numbers",
                          "row 4: kind is 'pause', expected interval, event or gap",
                          "row 5: duration_s is 'long', expected a number",
                          "row 6: values are no JSON", "row 7: has 2 fields, expected 10"));
}

TEST(TimersCsv, TakesTheLastRowOfAnIntervalThatWasAppendedAsItRan) {
  Problems problems;
  const auto intervals = parse_timers_csv(
      "session,thread,depth,name,kind,status,start_utc,duration_s,message,values\n"
      "0,0,0,Total,interval,running,2026-11-22T00:00:00Z,,,\n"
      "0,0,1,Epoch,interval,running,2026-11-22T00:00:01Z,,,\n"
      "0,0,1,Epoch,interval,ok,2026-11-22T00:00:01Z,1.5,,\n"
      "0,0,0,Total,interval,running,2026-11-22T00:00:00Z,,,\"{\"\"read_bytes\"\":5}\"\n"
      "0,0,1,Epoch,interval,ok,2026-11-22T00:00:0",
      problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(timers_csv(intervals),
            "session,thread,depth,name,kind,status,start_utc,duration_s,message,values\n"
            "0,0,0,Total,interval,running,2026-11-22T00:00:00.000000000Z,,,"
            "\"{\"\"read_bytes\"\":5}\"\n"
            "0,0,1,Epoch,interval,ok,2026-11-22T00:00:01.000000000Z,1.500000000,,\n");
}

TEST(TimersCsv, RefusesAnotherHeader) {
  Problems problems;
  EXPECT_TRUE(parse_timers_csv("name,time\na,1\n", problems).empty());
  EXPECT_EQ(problems.size(), 1U);
}

TEST(TimersCsv, IsEmptyWithoutAFile) {
  const TemporaryDirectory dir;
  EXPECT_TRUE(read_timers(dir.path() / "timers.csv").empty());
}

TEST(TimersCsv, NamesTheFileOfABadRow) {
  const TemporaryDirectory dir;
  write_file_atomic(dir.path() / "timers.csv", "x");
  try {
    read_timers(dir.path() / "timers.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::StartsWith((dir.path() / "timers.csv: ").string()));
    EXPECT_EQ(error.exit_code(), 2);
  }
}

}  // namespace
}  // namespace sciwright::record
