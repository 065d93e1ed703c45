// What waits, waits in the engine: stop, hold and priority count until a job has a place.

#include <gmock/gmock.h>

#include "coordinator/engine_fixture.h"
#include "coordinator/requests.h"

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using workflow::Event;
using workflow::NodeStatus;
using workflow::RunStatus;
using workflow::State;

constexpr const char* kFive =
    "workflow: {nodes: {a: {exec: x}, b: {exec: x}, c: {exec: x}, d: {exec: x}, e: {exec: x}}}\n";

TEST_F(EngineTest, NoMoreIsHandedOverThanThereArePlaces) {
  define(kFive);
  options.num_local_jobs = 2;
  std::vector<std::size_t> counts;
  on_wait = [&] {
    counts.push_back(fake.accepted.size());
    if (counts.size() == 3) succeed("a");
    if (counts.size() == 6) {
      for (const char* node : {"b", "c", "d", "e"}) succeed(node);
    }
  };
  EXPECT_EQ(run().count(NodeStatus::kDone), 5);
  ASSERT_GE(counts.size(), 6);
  EXPECT_EQ(counts[2], 2);
  EXPECT_EQ(counts[5], 3);
}

TEST_F(EngineTest, AFailureThatStopsTheRestLeavesWhatHasNoPlaceYet) {
  define(R"(
workflow:
  on_failure: stop
  nodes:
    bad: {exec: x, priority: 3}
    c1: {exec: x}
    c2: {exec: x}
)");
  options.num_local_jobs = 1;
  fail("bad");
  const State state = run();
  EXPECT_EQ(state.status(), RunStatus::kFailed);
  EXPECT_THAT(accepted(), ElementsAre("bad"));
  EXPECT_EQ(state.count(NodeStatus::kReady), 2);
}

TEST_F(EngineTest, AFailureThatStopsTheRestTakesBackWhatWaitsAtAScheduler) {
  define(R"(
workflow:
  on_failure: stop
  nodes:
    runs: {kind: slurm, exec: x}
    waits: {kind: slurm, exec: x}
    bad: {kind: slurm, exec: x}
)");
  start("runs");
  start("bad");
  on_wait = [&] {
    if (now_ns > 3 * kSecond) fail("bad");
    if (fake.cancelled.empty()) return;
    fake.set("waits", jobs::ended(jobs::EndingKind::kCancelled));
    succeed("runs");
  };
  const State state = run();
  EXPECT_EQ(status_of(state, "runs"), "done");
  EXPECT_EQ(status_of(state, "waits"), "ready");
  EXPECT_EQ(state.status(), RunStatus::kFailed);
  EXPECT_EQ(fake.cancelled.size(), 1);
}

TEST_F(EngineTest, ANodeThatWaitsForAPlaceIsHeld) {
  define(kFive);
  options.num_local_jobs = 1;
  for (const char* node : {"b", "c", "d", "e"}) succeed(node);
  start("a");
  bool was_asked = false;
  std::vector<std::string> before_release;
  on_wait = [&] {
    const std::int64_t s = now_ns / kSecond;
    if (s == 2 && !was_asked) leave_request(folder(), {Request::Kind::kHold, "c"}, clock);
    was_asked |= s == 2;
    if (s == 5) succeed("a");
    if (s != 20 || !before_release.empty()) return;
    before_release = accepted();
    leave_request(folder(), {Request::Kind::kRelease, "c"}, clock);
  };
  EXPECT_EQ(run().count(NodeStatus::kDone), 5);
  EXPECT_THAT(before_release, ElementsAre("a", "b", "d", "e"));
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "d", "e", "c"));
}

TEST_F(EngineTest, WhatIsMoreUrgentOvertakesWhatBecameReadyBefore) {
  define(R"(
workflow:
  nodes:
    first: {exec: x}
    c1: {exec: x}
    c2: {exec: x}
    urgent: {exec: x, priority: 100}
  dependencies: ["first,urgent"]
)");
  options.num_local_jobs = 1;
  for (const char* node : {"first", "c1", "c2", "urgent"}) succeed(node);
  run();
  EXPECT_THAT(accepted(), ElementsAre("first", "urgent", "c1", "c2"));
}

TEST_F(EngineTest, AHundredWaitAtASchedulerAndTheOthersHere) {
  std::string yaml = "workflow:\n  nodes:\n";
  for (int i = 0; i < 250; ++i) yaml += "    n" + std::to_string(i) + ": {kind: slurm, exec: x}\n";
  define(yaml);
  on_wait = [&] {
    if (now_ns > 3 * kSecond) throw Killed();
  };
  EXPECT_THROW(run(), Killed);
  EXPECT_EQ(fake.accepted.size(), 100);
}

TEST_F(EngineTest, ANodeMayBeHeldBeforeTheFirstRun) {
  define(kFive);
  for (const char* node : {"a", "b", "c", "d", "e"}) succeed(node);
  make_request(folder(), {Request::Kind::kHold, "a"}, clock);
  bool was_released = false;
  std::vector<std::string> before;
  on_wait = [&] {
    if (now_ns < 5 * kSecond || was_released) return;
    before = accepted();
    was_released = true;
    leave_request(folder(), {Request::Kind::kRelease, "a"}, clock);
  };
  EXPECT_EQ(run().count(NodeStatus::kDone), 5);
  EXPECT_THAT(before, ElementsAre("b", "c", "d", "e"));
}

TEST_F(EngineTest, ASchedulerThatIsNotInstalledFailsItsNodesAtOnce) {
  define("workflow: {nodes: {a: {kind: lsf, exec: x}}}\n");
  fake.installed = false;
  const State state = run();
  EXPECT_EQ(status_of(state, "a"), "failed");
  EXPECT_EQ(state[0].message, "the fake is not installed");
  EXPECT_LT(now_ns, 10 * kSecond);
}

TEST_F(EngineTest, AHostThatNeverAnsweredDoesNotAnswerAgain) {
  define("workflow: {nodes: {a: {kind: ssh, host: far, exec: x}}}\n");
  fake.reachable = false;
  std::vector<std::string> said;
  on_event = [&](const Event& event) {
    if (event.kind == Event::Kind::kProgress) said.push_back(event.message);
  };
  on_wait = [&] {
    if (now_ns > 200 * kSecond) throw Killed();
  };
  EXPECT_THROW(run(), Killed);
  EXPECT_THAT(said, ElementsAre("far does not answer, waiting for it: the fake does not answer"));
}

}  // namespace
}  // namespace sciwright::coordinator
