#include "record/stopwatch_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kUtc = 1'700'000'000'000'000'000;

/// A line of the process `by`, at a moment of the machine's clocks.
std::string line(TimerMark mark, const std::string& name, const std::string& by, std::int64_t ns,
                 const std::string& boot = "b") {
  TimerLine out{.mark = mark, .name = name, .by = by, .boot = boot, .message = {}, .values = {}};
  out.steady_ns = ns;
  out.utc_ns = kUtc + ns;
  return timer_line_text(out) + '\n';
}

TEST(StopwatchFile, MeasuresWhatAScriptStartsAndStops) {
  Problems problems;
  const auto all = parse_stopwatch_file(
      line(TimerMark::kStart, "fetch", "1", 10) + line(TimerMark::kStart, "part", "1", 20) +
          line(TimerMark::kEvent, "half", "1", 25) + line(TimerMark::kStop, "part", "1", 30) +
          line(TimerMark::kStop, "fetch", "1", 70),
      problems);
  EXPECT_THAT(problems, ElementsAre());
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "fetch");
  EXPECT_EQ(all[0].duration_ns, 60);
  EXPECT_EQ(all[0].start_utc_ns, kUtc + 10);
  EXPECT_EQ(all[0].status, "ok");
  EXPECT_EQ(all[1].duration_ns, 10);
  EXPECT_EQ(all[1].depth, 1);
  EXPECT_EQ(all[2].kind, IntervalKind::kEvent);
  EXPECT_EQ(all[2].depth, 2);
}

TEST(StopwatchFile, KeepsParallelScriptsOfOneNameApart) {
  Problems problems;
  const auto all = parse_stopwatch_file(
      line(TimerMark::kStart, "work", "1", 0) + line(TimerMark::kStart, "work", "2", 1) +
          line(TimerMark::kStop, "work", "1", 100) + line(TimerMark::kStop, "work", "2", 201),
      problems);
  EXPECT_EQ(all[0].duration_ns, 100);
  EXPECT_EQ(all[0].thread_index, 0);
  EXPECT_EQ(all[1].duration_ns, 200);
  EXPECT_EQ(all[1].thread_index, 1);
}

TEST(StopwatchFile, LetsAnotherProcessStopATimer) {
  Problems problems;
  const auto all = parse_stopwatch_file(
      line(TimerMark::kStart, "job", "1", 0) + line(TimerMark::kStop, "job", "9", 5), problems);
  EXPECT_EQ(all[0].duration_ns, 5);
}

TEST(StopwatchFile, TakesUtcBetweenMachines) {
  Problems problems;
  TimerLine stop{.mark = TimerMark::kStop,
                 .name = "job",
                 .by = "1",
                 .boot = "other",
                 .message = {},
                 .values = {}};
  stop.steady_ns = 3;
  stop.utc_ns = kUtc + 1'000'010;
  const auto all = parse_stopwatch_file(
      line(TimerMark::kStart, "job", "1", 10) + timer_line_text(stop) + '\n', problems);
  EXPECT_EQ(all[0].duration_ns, 1'000'000);
}

TEST(StopwatchFile, GoesOnAfterLinesThatAreWrongAndNamesThem) {
  Problems problems;
  const auto all = parse_stopwatch_file(
      "{\"mark\": \"start\", \"na\n" + line(TimerMark::kStop, "x", "1", 1) +
          "{\"mark\": \"halt\"}\n" + line(TimerMark::kStart, "back", "1", 2'000'000'000) +
          line(TimerMark::kStop, "back", "1", 500'000'000) + line(TimerMark::kStart, "y", "1", 3),
      problems);
  EXPECT_THAT(
      problems,
      ElementsAre("line 1: is no whole JSON object",
                  "line 2: timer 'x' is stopped, but does not run",
                  "line 3: mark is 'halt', expected start, stop or event",
                  "line 5: timer 'back' is stopped 1.500 s before it was started; it has no "
                  "duration"));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "y");
  EXPECT_EQ(all[0].status, "running");
  EXPECT_FALSE(all[1].duration_ns);
}

TEST(StopwatchFile, StampsALineWithTheClocks) {
  std::int64_t now_ns = 7;
  TimerLine out = timer_line(TimerMark::kStop, "a", "12", fake_clock(&now_ns, kUtc));
  out.boot = "b";
  out.status = "failed";
  out.message = "disk";
  out.values = {{"files", 3}};
  EXPECT_EQ(timer_line_text(out),
            R"({"boot":"b","by":"12","mark":"stop","message":"disk","name":"a","status":"failed",)"
            R"("steady_ns":7,"utc_ns":1700000000000000007,"values":{"files":3}})");
}

TEST(StopwatchFile, RefusesATimerWithoutAName) {
  std::int64_t now_ns = 0;
  EXPECT_THROW(timer_line(TimerMark::kStart, "", "1", fake_clock(&now_ns, 0)), Error);
}

TEST(StopwatchFile, RefusesClocksThatAreNone) {
  Problems problems;
  const auto with = [](const char* steady, const char* utc) {
    return fmt::format(
        "{{\"mark\":\"event\",\"name\":\"x\",\"by\":\"1\",\"boot\":\"b\",\"steady_ns\":{},\"utc_"
        "ns\":{}}}\n",
        steady, utc);
  };
  const auto all = parse_stopwatch_file(with("1e300", "1") + with("1", "-1") +
                                            with("18446744073709551615", "1") +
                                            with("9223372036854775807", "1") + with("1", "1"),
                                        problems);
  EXPECT_EQ(all.size(), 1U);
  EXPECT_THAT(problems,
              ElementsAre("line 1: steady_ns is 1e+300, expected nanoseconds",
                          "line 2: utc_ns is -1, expected nanoseconds",
                          "line 3: steady_ns is 18446744073709551615, expected nanoseconds",
                          "line 4: steady_ns is 9223372036854775807, expected nanoseconds"));
}

}  // namespace
}  // namespace sciwright::record
