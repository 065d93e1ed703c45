#include "workflow/event.h"

#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

using Kind = Event::Kind;

/// A line for each kind, as a journal has it.
TEST(Event, WritesEachKindWithItsFields) {
  const auto text = [](Event event) {
    event.seq = 7;
    event.utc_ns = 5;
    return write_event(event);
  };
  EXPECT_EQ(text({.kind = Kind::kBegin,
                  .host = "n1",
                  .pid = 12,
                  .run = 2,
                  .nodes = {"a", "b"},
                  .workflow = "demo",
                  .definition = "abc"}),
            R"({"seq":7,"utc_ns":5,"event":"begin","schema_version":1,"workflow":"demo","run":2,)"
            R"("host":"n1","pid":12,"definition":"abc","nodes":["a","b"]})");
  EXPECT_EQ(text({.kind = Kind::kAttach, .host = "n1", .pid = 12}),
            R"({"seq":7,"utc_ns":5,"event":"attach","host":"n1","pid":12})");
  EXPECT_EQ(text({.kind = Kind::kSubmitted, .node = "a", .attempt = 1, .site = "local"}),
            R"({"seq":7,"utc_ns":5,"event":"submitted","node":"a","attempt":1,"site":"local"})");
  EXPECT_EQ(text({.kind = Kind::kQueued, .node = "a", .attempt = 1, .scheduler_id = "7_1"}),
            R"({"seq":7,"utc_ns":5,"event":"queued","node":"a","attempt":1,"scheduler_id":"7_1"})");
  EXPECT_EQ(text({.kind = Kind::kRunning, .node = "a", .attempt = 1, .host = "n1"}),
            R"({"seq":7,"utc_ns":5,"event":"running","node":"a","attempt":1,"host":"n1"})");
  EXPECT_EQ(text({.kind = Kind::kProgress,
                  .node = "a",
                  .progress = 50,
                  .message = "epoch 3",
                  .values = {{"score", "0.7"}}}),
            R"({"seq":7,"utc_ns":5,"event":"progress","node":"a","progress":50.0,)"
            R"("message":"epoch 3","values":{"score":"0.7"}})");
  EXPECT_EQ(text({.kind = Kind::kEnded,
                  .node = "a",
                  .attempt = 1,
                  .status = NodeStatus::kFailed,
                  .exit_code = 3,
                  .message = "exit code 3",
                  .inputs = "ff"}),
            R"({"seq":7,"utc_ns":5,"event":"ended","node":"a","attempt":1,"status":"failed",)"
            R"("exit_code":3,"message":"exit code 3","inputs":"ff"})");
  EXPECT_EQ(text({.kind = Kind::kBegin, .run = 2, .nodes = {"a"}, .kept = {"a"}}),
            R"({"seq":7,"utc_ns":5,"event":"begin","schema_version":1,"workflow":"","run":2,)"
            R"("host":"","pid":0,"definition":"","nodes":["a"],"kept":["a"]})");
  EXPECT_EQ(text({.kind = Kind::kRunning, .node = "a", .host = "n1", .at_utc_ns = 4}),
            R"({"seq":7,"utc_ns":5,"event":"running","node":"a","host":"n1","at_utc_ns":4})");
  EXPECT_EQ(text({.kind = Kind::kRetry, .node = "a", .attempt = 2, .at_utc_ns = 9}),
            R"({"seq":7,"utc_ns":5,"event":"retry","node":"a","attempt":2,"at_utc_ns":9})");
  EXPECT_EQ(text({.kind = Kind::kHeld}), R"({"seq":7,"utc_ns":5,"event":"held"})");
  EXPECT_EQ(text({.kind = Kind::kEnd, .status = NodeStatus::kDone}),
            R"({"seq":7,"utc_ns":5,"event":"end","status":"done"})");
}

TEST(Event, WhatABeginKeepsIsReadBack) {
  const Event begin = {.kind = Kind::kBegin, .seq = 1, .nodes = {"a", "b"}, .kept = {"b"}};
  EXPECT_EQ(read_event(write_event(begin)), begin);
}

TEST(Event, IsReadBackAsItWasWritten) {
  const Event event = {.kind = Kind::kEnded,
                       .seq = 3,
                       .utc_ns = 1'790'000'000'123'456'789,
                       .node = "fetch-data",
                       .attempt = 2,
                       .status = NodeStatus::kCancelled,
                       .signal = 9,
                       .message = "a \"quoted\" line\nand ü",
                       .inputs = "0f",
                       .values = {{"a", "1"}, {"b", "x y"}}};
  EXPECT_EQ(read_event(write_event(event)), event);
  const Event queued = {.kind = Kind::kQueued, .seq = 1, .node = "a", .scheduler_id = "7_1"};
  EXPECT_EQ(read_event(write_event(queued)), queued);
}

TEST(Event, WritesAJobsBytesAsTextThatCanBeRead) {
  const Event event = {.kind = Kind::kProgress, .seq = 1, .node = "a", .message = "bad \xff byte"};
  EXPECT_EQ(read_event(write_event(event))->message, "bad \xef\xbf\xbd byte");
}

TEST(Event, PassesOverKeysItDoesNotKnow) {
  const auto event = read_event(
      R"({"seq":1,"utc_ns":2,"event":"held","node":"a","colour":"red","more":{"x":[1]}})");
  EXPECT_EQ(event, (Event{.kind = Kind::kHeld, .seq = 1, .utc_ns = 2, .node = "a"}));
}

TEST(Event, IsNothingWhereALineIsTorn) {
  EXPECT_FALSE(read_event(R"({"seq":1,"utc_ns":2,"event":"held","node":"a)"));
}

TEST(Event, IsNothingOfAnotherVersion) {
  EXPECT_FALSE(read_event(
      R"({"seq":1,"utc_ns":2,"event":"begin","schema_version":2,"workflow":"w","run":1,"nodes":[]})"));
}

TEST(Event, IsNothingOfAnUnknownKindOrStatus) {
  EXPECT_FALSE(read_event(R"({"seq":1,"utc_ns":2,"event":"exploded","node":"a"})"));
  EXPECT_FALSE(read_event(R"({"seq":1,"utc_ns":2,"event":"ended","node":"a","status":"fine"})"));
}

TEST(Event, IsNothingWithoutWhatItNeeds) {
  EXPECT_FALSE(read_event(R"({"utc_ns":2,"event":"held"})"));
  EXPECT_FALSE(read_event(R"({"seq":1,"utc_ns":2,"event":"submitted","attempt":1})"));
  EXPECT_FALSE(read_event(R"({"seq":1,"utc_ns":2,"event":"submitted","node":5})"));
  EXPECT_FALSE(read_event("[]"));
}

}  // namespace
}  // namespace sciwright::workflow
