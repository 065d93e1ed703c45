#include "record/trace_events.h"

#include <gtest/gtest.h>

#include "record/sessions.h"
#include "record/stopwatch.h"

namespace sciwright::record {
namespace {

constexpr std::int64_t kUtcStart = 1'795'305'763'000'000'000;

TEST(TraceEvents, WritesIntervalsEventsAndCounters) {
  std::int64_t now_ns = 0;
  Stopwatch watch(fake_clock(&now_ns, kUtcStart));
  watch.start("train");
  now_ns = 2500;
  watch.event("best", {}, 0.5);
  now_ns = 4000;
  watch.stop("train");
  watch.start("still running");
  const std::string text = trace_events_json(
      watch.intervals(), {{"GPU 0", "W", {{kUtcStart + 1000, 61.5}, {kUtcStart + 3000, 62}}}});
  EXPECT_EQ(Json::parse(text), Json::parse(R"({
    "displayTimeUnit": "ms",
    "otherData": {"start_utc": "2026-11-22T00:02:43.000000Z"},
    "traceEvents": [
      {"name": "process_name", "ph": "M", "pid": 1, "args": {"name": "session 0"}},
      {"name": "train", "cat": "sciwright", "ph": "X", "pid": 1, "tid": 0, "ts": 0.0, "dur": 4.0,
       "args": {"status": "ok"}},
      {"name": "best", "cat": "sciwright", "ph": "i", "s": "t", "pid": 1, "tid": 0, "ts": 2.5,
       "args": {"status": "ok", "values": 0.5}},
      {"name": "GPU 0", "ph": "C", "pid": 1, "ts": 1.0, "args": {"W": 61.5}},
      {"name": "GPU 0", "ph": "C", "pid": 1, "ts": 3.0, "args": {"W": 62.0}}
    ]})"));
}

TEST(TraceEvents, ShowsEachSessionAsAProcess) {
  Interval first;
  first.name = "epoch";
  first.duration_ns = 1000;
  Interval second = first;
  second.start_utc_ns = 9000;
  const Json trace = Json::parse(trace_events_json(join_sessions({first}, {second})));
  ASSERT_EQ(trace["traceEvents"].size(), 4U);
  EXPECT_EQ(trace["traceEvents"][2]["args"]["name"], "session 1");
  EXPECT_EQ(trace["traceEvents"][3]["pid"], 2);
}

TEST(TraceEvents, IsAValidTraceWithoutIntervals) {
  EXPECT_EQ(trace_events_json({}), "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[]}\n");
}

}  // namespace
}  // namespace sciwright::record
