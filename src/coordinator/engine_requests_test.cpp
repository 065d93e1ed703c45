#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/error.h"
#include "coordinator/engine_fixture.h"
#include "coordinator/requests.h"
#include "coordinator/snapshot.h"

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using workflow::Event;
using workflow::NodeStatus;
using workflow::RunStatus;
using workflow::State;

constexpr const char* kTwo =
    "workflow: {nodes: {a: {exec: x}, b: {exec: x}}, dependencies: ['a,b']}\n";

TEST_F(EngineTest, ACancelEndsWhatRunsAndStartsNothingMore) {
  define(kTwo);
  start("a");
  on_wait = [&] {
    if (now_ns > 3 * kSecond && now_ns < 4 * kSecond) {
      leave_request(folder(), {Request::Kind::kCancel, ""}, clock);
    }
    if (!fake.cancelled.empty()) fake.set("a", jobs::ended(jobs::EndingKind::kCancelled));
  };
  const State state = run();
  EXPECT_EQ(state.status(), RunStatus::kCancelled);
  EXPECT_EQ(status_of(state, "a"), "cancelled");
  EXPECT_EQ(status_of(state, "b"), "ready");
}

TEST_F(EngineTest, ACancelledNodeRunsAgainInTheNextRun) {
  define(kTwo);
  start("a");
  on_wait = [&] {
    leave_request(folder(), {Request::Kind::kCancel, "a"}, clock);
    if (!fake.cancelled.empty()) fake.set("a", jobs::ended(jobs::EndingKind::kCancelled));
  };
  EXPECT_EQ(run().status(), RunStatus::kCancelled);
  on_wait = {};
  succeed("a");
  succeed("b");
  EXPECT_EQ(run().count(NodeStatus::kDone), 2);
}

TEST_F(EngineTest, AHeldNodeStartsAfterItsRelease) {
  define(kTwo);
  succeed("b");
  start("a");
  std::vector<std::string> seen;
  on_wait = [&] {
    const std::int64_t s = now_ns / kSecond;
    if (s == 2 && seen.empty()) {
      leave_request(folder(), {Request::Kind::kHold, "b"}, clock);
      seen.emplace_back("held");
    }
    if (s == 5) succeed("a");
    if (s == 20 && seen.size() == 1) {
      seen.push_back(fmt::format("{} started", fake.accepted.size()));
      leave_request(folder(), {Request::Kind::kRelease, "b"}, clock);
    }
  };
  EXPECT_EQ(run().status(), RunStatus::kDone);
  EXPECT_THAT(seen, ElementsAre("held", "1 started"));
}

TEST_F(EngineTest, ARequestThatMakesNoSenseIsRefusedInTheJournal) {
  define(kTwo);
  start("a");
  std::string refused;
  on_event = [&](const Event& event) {
    if (event.kind == Event::Kind::kRefused) refused = event.message;
  };
  bool was_made = false;
  on_wait = [&] {
    if (!was_made) leave_request(folder(), {Request::Kind::kReset, "a"}, clock);
    was_made = true;
    if (refused.empty()) return;
    succeed("a");
    succeed("b");
  };
  EXPECT_EQ(run().status(), RunStatus::kDone);
  EXPECT_EQ(refused, "reset a: a runs; cancel it first");
}

TEST_F(EngineTest, WithoutAnEngineACancelEndsWhatADeadOneLeft) {
  define(kTwo);
  start("a");
  on_wait = [] { throw Killed(); };
  EXPECT_THROW(run(), Killed);
  on_wait = [&] {
    if (!fake.cancelled.empty()) fake.set("a", jobs::ended(jobs::EndingKind::kCancelled));
  };
  leave_request(folder(), {Request::Kind::kCancel, ""}, clock);
  EXPECT_THAT(meet_requests(folder(), options, clock), testing::IsEmpty());
  Snapshot snapshot(folder());
  snapshot.refresh();
  EXPECT_EQ(snapshot.status(), "cancelled");
  EXPECT_EQ(status_of(snapshot.state(), "a"), "cancelled");
  EXPECT_EQ(fake.cancelled.size(), 1);
}

TEST_F(EngineTest, AResetTakesWhatDependsOnItAlong) {
  define(
      "workflow: {nodes: {a: {exec: x}, b: {exec: x}, c: {exec: x}}, dependencies: ['a,b,c']}\n");
  for (const char* node : {"a", "b", "c"}) succeed(node);
  run();
  leave_request(folder(), {Request::Kind::kReset, "b"}, clock);
  meet_requests(folder(), options, clock);
  Snapshot snapshot(folder());
  snapshot.refresh();
  EXPECT_EQ(status_of(snapshot.state(), "a"), "done");
  EXPECT_EQ(status_of(snapshot.state(), "b"), "ready");
  EXPECT_EQ(status_of(snapshot.state(), "c"), "ready");
  EXPECT_EQ(run().status(), RunStatus::kDone);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "b", "c"));
}

TEST_F(EngineTest, ARequestForANodeThatIsNotThereIsAUsageError) {
  define(kTwo);
  succeed("a");
  succeed("b");
  run();
  try {
    make_request(folder(), {Request::Kind::kHold, "bb"}, clock);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("there is no node bb"));
  }
  EXPECT_THAT(waiting_requests(folder()), testing::IsEmpty());
}

}  // namespace
}  // namespace sciwright::coordinator
