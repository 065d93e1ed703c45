#include "coordinator/engine.h"

#include <stdexcept>

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

constexpr const char* kDiamond = R"(
workflow:
  nodes:
    a: {exec: "true"}
    b: {exec: "true"}
    c: {exec: "true"}
    d: {exec: "true"}
  dependencies: ["a,b,d", "a,c,d"]
)";

TEST_F(EngineTest, ADiamondRunsItsTwoBranchesAtTheSameTime) {
  define(kDiamond);
  succeed("a");
  bool ran_together = false;
  on_wait = [&] {
    ran_together |= accepted() == std::vector<std::string>{"a", "b", "c"};
    if (!ran_together) return;
    succeed("b");
    succeed("c");
    succeed("d");
  };
  const State state = run();
  EXPECT_TRUE(ran_together);
  EXPECT_EQ(state.status(), RunStatus::kDone);
  EXPECT_EQ(state.count(NodeStatus::kDone), 4);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(EngineTest, AFailingJobEndsFailedAndWhatDependsOnItStaysReady) {
  define(kDiamond);
  succeed("a");
  fail("b");
  succeed("c");
  const State state = run();
  EXPECT_EQ(state.status(), RunStatus::kFailed);
  EXPECT_EQ(status_of(state, "b"), "failed");
  EXPECT_EQ(status_of(state, "c"), "done");
  EXPECT_EQ(status_of(state, "d"), "ready");
  EXPECT_EQ(state[1].exit_code, 3);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c"));
}

TEST_F(EngineTest, ASchedulersNumberOfAJobIsToldOnce) {
  define("workflow: {nodes: {a: {kind: slurm, exec: date}, b: {exec: date}}}");
  succeed("a");
  succeed("b");
  std::vector<std::string> told;
  on_event = [&](const Event& event) {
    if (event.kind == Event::Kind::kQueued) told.push_back(event.node + " " + event.scheduler_id);
  };
  const State state = run();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::MatchesRegex("a s[12]"));
  EXPECT_EQ("a " + *state[0].scheduler_id, told[0]);
  EXPECT_EQ(*state[1].scheduler_id, "");
}

TEST_F(EngineTest, AFailureMayStopTheRest) {
  define(R"(
workflow:
  nodes:
    a: {exec: "true"}
    b: {exec: "true"}
  on_failure: stop
)");
  fail("a");
  fake.room = 1;
  on_wait = [&] { fake.room = 1; };
  const State state = run();
  EXPECT_EQ(state.status(), RunStatus::kFailed);
  EXPECT_EQ(status_of(state, "b"), "ready");
}

TEST_F(EngineTest, TriesAgainAfterDoublingPausesAndThenGivesUp) {
  define("workflow: {nodes: {a: {exec: 'x', retries: 2, backoff: 10s}}}\n");
  fail("a");
  std::vector<std::int64_t> times_s;
  on_event = [&](const Event& event) {
    if (event.kind == Event::Kind::kSubmitted) times_s.push_back(now_ns / kSecond);
  };
  const State state = run();
  EXPECT_EQ(status_of(state, "a"), "failed");
  ASSERT_EQ(times_s.size(), 3);
  EXPECT_NEAR(static_cast<double>(times_s[1] - times_s[0]), 10, 1);
  EXPECT_NEAR(static_cast<double>(times_s[2] - times_s[1]), 20, 1);
  EXPECT_EQ(state[0].attempt, 3);
}

TEST_F(EngineTest, HigherPriorityGoesFirstThenTheOrderOfTheFile) {
  define(R"(
workflow:
  nodes:
    a: {exec: "x"}
    b: {exec: "x", priority: 5}
    c: {exec: "x"}
)");
  for (const char* node : {"a", "b", "c"}) succeed(node);
  fake.room = 1;
  on_wait = [&] { fake.room = 1; };
  run();
  EXPECT_THAT(accepted(), ElementsAre("b", "a", "c"));
}

TEST_F(EngineTest, KeepsTheLimitOfAHost) {
  define(R"(
workflow:
  nodes:
    a: {kind: ssh, host: far, exec: "x"}
    b: {kind: ssh, host: far, exec: "x"}
    c: {kind: ssh, host: far, exec: "x"}
  hosts: {far: {jobs: 2}}
)");
  on_wait = [&] {
    if (now_ns < 5 * kSecond) return;
    for (const char* node : {"a", "b", "c"}) succeed(node);
  };
  std::size_t flying = 0;
  std::size_t most_flying = 0;
  on_event = [&](const Event& event) {
    if (event.kind == Event::Kind::kSubmitted) ++flying;
    if (event.kind == Event::Kind::kEnded) --flying;
    most_flying = std::max(most_flying, flying);
  };
  EXPECT_EQ(run().count(NodeStatus::kDone), 3);
  EXPECT_EQ(most_flying, 2);
}

TEST_F(EngineTest, AConditionThatDoesNotHoldSkipsTheNodeAndThoseAfterItGoOn) {
  define(R"(
workflow:
  nodes:
    train: {exec: "x"}
    publish: {exec: "x", when: "train.score > 0.9"}
    report: {exec: "x"}
  dependencies: ["train,publish,report"]
)");
  say("train", "# cloudmesh status=running progress=100 pid=7 score=0.7");
  for (const char* node : {"train", "report"}) succeed(node);
  const State state = run();
  EXPECT_EQ(status_of(state, "publish"), "skipped");
  EXPECT_EQ(status_of(state, "report"), "done");
  EXPECT_EQ(state[0].values->at("score"), "0.7");
  EXPECT_EQ(fake.accepted[1].environment.contains("SCIWRIGHT_TRAIN_SCORE"), false);
}

TEST_F(EngineTest, TheFirstOfACompetitionWinsAndTheOthersAreCancelled) {
  define(R"(
workflow:
  nodes:
    a: {exec: "x"}
    b: {exec: "x"}
    pick: {kind: compete, until: first}
    use: {exec: "x"}
  dependencies: ["a,pick,use", "b,pick"]
)");
  succeed("b");
  succeed("use");
  start("a");
  on_wait = [&] {
    if (!fake.cancelled.empty()) fake.set("a", jobs::ended(jobs::EndingKind::kCancelled));
  };
  const State state = run();
  EXPECT_EQ(state.status(), RunStatus::kDone);
  EXPECT_EQ(status_of(state, "a"), "cancelled");
  EXPECT_EQ(state[2].values->at("winner"), "b");
  EXPECT_EQ(fake.accepted.back().environment.at("SCIWRIGHT_PICK_WINNER"), "b");
  EXPECT_THAT(read_file(folder().job("pick") / "winner.json"), HasSubstr("\"winner\": \"b\""));
}

TEST_F(EngineTest, ACompetitionMayLoseOneOfItsRacers) {
  define(R"(
workflow:
  nodes:
    a: {exec: "x"}
    b: {exec: "x"}
    pick: {kind: compete, until: all, by: score}
  dependencies: ["a,pick", "b,pick"]
)");
  say("b", "# cloudmesh status=running progress=100 pid=7 score=0.7");
  fail("a");
  succeed("b");
  const State state = run();
  EXPECT_EQ(state[2].values->at("winner"), "b");
  EXPECT_EQ(state.status(), RunStatus::kFailed);
}

TEST_F(EngineTest, AfterAKillItGoesOnWithTheJobsThatWereHandedOver) {
  define(kDiamond);
  succeed("a");
  on_wait = [&] {
    if (fake.accepted.size() == 3) throw Killed();
  };
  EXPECT_THROW(run(), Killed);
  on_wait = {};
  for (const char* node : {"b", "c", "d"}) succeed(node);
  const State state = run();
  EXPECT_EQ(state.count(NodeStatus::kDone), 4);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(state.run(), 1);
}

TEST_F(EngineTest, KilledAroundAHandOverItStartsNothingTwice) {
  define(kDiamond);
  for (const char* node : {"a", "b", "c", "d"}) succeed(node);
  fake.before_accept = [] { throw Killed(); };
  EXPECT_THROW(run(), Killed);
  now_ns += kSecond;
  fake.before_accept = {};
  fake.after_accept = [] { throw Killed(); };
  EXPECT_THROW(run(), Killed);
  now_ns += kSecond;
  fake.after_accept = {};
  EXPECT_EQ(run().count(NodeStatus::kDone), 4);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(EngineTest, AHostThatDoesNotAnswerIsWaitedForAndNothingIsLost) {
  define(kDiamond);
  for (const char* node : {"a", "b", "c", "d"}) succeed(node);
  fake.reachable = false;
  on_wait = [&] { fake.reachable = now_ns > 100 * kSecond; };
  std::vector<std::string> said;
  on_event = [&](const Event& event) {
    if (event.kind == Event::Kind::kProgress) said.push_back(event.message);
  };
  EXPECT_EQ(run().count(NodeStatus::kDone), 4);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "d"));
  ASSERT_GE(said.size(), 1);
  EXPECT_THAT(said.front(), HasSubstr("does not answer"));
}

TEST_F(EngineTest, RunsOnlyWhatIsAskedForAndWhatThatNeeds) {
  define(kDiamond);
  for (const char* node : {"a", "b", "c", "d"}) succeed(node);
  options.only = {"b"};
  EXPECT_EQ(run().status(), RunStatus::kDone);
  EXPECT_THAT(accepted(), ElementsAre("a", "b"));
  options.only = {};
  EXPECT_EQ(run().count(NodeStatus::kDone), 4);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(EngineTest, WhatIsUpToDateIsSkippedUntilAnInputChanges) {
  define(R"(
workflow:
  nodes:
    a: {exec: "make out", inputs: [in], outputs: [out]}
)");
  write_file_atomic(directory.path() / "in", "1");
  write_file_atomic(directory.path() / "out", "1");
  succeed("a");
  EXPECT_EQ(status_of(run(), "a"), "done");
  const State again = run();
  EXPECT_EQ(status_of(again, "a"), "skipped");
  EXPECT_EQ(again[0].message, "up to date");
  write_file_atomic(directory.path() / "in", "2");
  EXPECT_EQ(status_of(run(), "a"), "done");
  EXPECT_EQ(fake.accepted.size(), 2);
}

TEST_F(EngineTest, WhatFailedRunsAgainInTheNextRunAndWhatIsDoneDoesNot) {
  define(kDiamond);
  for (const char* node : {"a", "c", "d"}) succeed(node);
  fail("b");
  run();
  succeed("b");
  EXPECT_EQ(run().status(), RunStatus::kDone);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "c", "b", "d"));
}

TEST_F(EngineTest, AChangedFileIsRefusedWhileJobsOfTheLastRunMayRun) {
  define(kDiamond);
  on_wait = [] { throw Killed(); };
  EXPECT_THROW(run(), Killed);
  define("workflow: {nodes: {z: {exec: 'x'}}}\n");
  try {
    run();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the file has changed"));
  }
}

}  // namespace
}  // namespace sciwright::coordinator
