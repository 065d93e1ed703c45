#include "workflow/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Kind = Event::Kind;

Event begin(int run = 1, std::vector<std::string> nodes = {"a", "b"}) {
  return {.kind = Kind::kBegin,
          .seq = 1,
          .utc_ns = 100,
          .host = "n1",
          .pid = 12,
          .run = run,
          .nodes = std::move(nodes)};
}

Event of(Kind kind, std::string node = "", std::int64_t utc_ns = 0) {
  return {.kind = kind, .utc_ns = utc_ns, .node = std::move(node)};
}

Event submitted(std::string node, int attempt, std::int64_t utc_ns = 0) {
  return {.kind = Kind::kSubmitted,
          .utc_ns = utc_ns,
          .node = std::move(node),
          .attempt = attempt,
          .site = "local"};
}

Event ended(std::string node, NodeStatus status, std::int64_t utc_ns = 0) {
  return {.kind = Kind::kEnded, .utc_ns = utc_ns, .node = std::move(node), .status = status};
}

State folded(const std::vector<Event>& events) {
  State state;
  for (const Event& event : events) state.apply(event);
  return state;
}

TEST(State, BeginsWithEveryNodeReady) {
  const State state = folded({begin()});
  EXPECT_THAT(state.names(), ElementsAre("a", "b"));
  EXPECT_EQ(state.count(NodeStatus::kReady), 2u);
  EXPECT_EQ(state.status(), RunStatus::kRunning);
  EXPECT_EQ(state.run(), 1);
  EXPECT_EQ(state.started_utc_ns(), 100);
  EXPECT_EQ(state.engine_host(), "n1");
  EXPECT_EQ(state.engine_pid(), 12);
}

TEST(State, FollowsANodeToItsEnd) {
  Event running = of(Kind::kRunning, "a", 30);
  running.host = "n7";
  Event progress = of(Kind::kProgress, "a", 40);
  progress.progress = 50;
  progress.values = {{"score", "0.7"}};
  Event end = ended("a", NodeStatus::kDone, 50);
  end.exit_code = 0;
  end.inputs = "hash";
  end.values = {{"loss", "2"}};
  const State state = folded({begin(), submitted("a", 1, 20), running, progress, end});
  const NodeState& a = state[0];
  EXPECT_EQ(a.status, NodeStatus::kDone);
  EXPECT_EQ(a.attempt, 1);
  EXPECT_EQ(a.site, "local");
  EXPECT_EQ(a.host, "n7");
  EXPECT_EQ(a.submitted_utc_ns, 20);
  EXPECT_EQ(a.started_utc_ns, 30);
  EXPECT_EQ(a.ended_utc_ns, 50);
  EXPECT_EQ(a.changed_utc_ns, 50);
  EXPECT_EQ(a.exit_code, 0);
  EXPECT_EQ(a.inputs, "hash");
  EXPECT_THAT(*a.values, ElementsAre(Pair("loss", "2"), Pair("score", "0.7")));
  EXPECT_EQ(a.progress, 100);
  EXPECT_EQ(state.count(NodeStatus::kDone), 1u);
  EXPECT_EQ(state.progress(), 50);
}

TEST(State, ProgressOfASubmittedNodeSaysThatItRuns) {
  Event progress = of(Kind::kProgress, "a", 40);
  progress.progress = 30;
  const State state = folded({begin(), submitted("a", 1), progress});
  EXPECT_EQ(state[0].status, NodeStatus::kRunning);
  EXPECT_EQ(state[0].started_utc_ns, 40);
  EXPECT_EQ(state.progress(), 15);
}

TEST(State, ANewAttemptForgetsTheLastOnesValues) {
  Event failed = ended("a", NodeStatus::kFailed);
  failed.values = {{"score", "0.1"}};
  failed.message = "exit code 1";
  Event retry = of(Kind::kRetry, "a");
  retry.at_utc_ns = 900;
  State state = folded({begin(), submitted("a", 1), failed, retry});
  EXPECT_EQ(state[0].status, NodeStatus::kReady);
  EXPECT_EQ(state[0].retry_utc_ns, 900);
  EXPECT_EQ(state[0].message, "exit code 1");
  state.apply(submitted("a", 2));
  EXPECT_EQ(state[0].attempt, 2);
  EXPECT_EQ(state[0].num_failures, 1);
  EXPECT_EQ(state[0].retry_utc_ns, 0);
  EXPECT_TRUE(state[0].values->empty());
  EXPECT_EQ(state[0].message, "");
}

TEST(State, HoldsAndReleases) {
  State state = folded({begin(), submitted("a", 1), of(Kind::kHeld)});
  EXPECT_EQ(state[0].status, NodeStatus::kSubmitted);
  EXPECT_EQ(state[1].status, NodeStatus::kHeld);
  state.apply(of(Kind::kReleased, "b"));
  EXPECT_EQ(state[1].status, NodeStatus::kReady);
}

TEST(State, ResetsANodeButCountsItsAttempts) {
  const State state =
      folded({begin(), submitted("a", 3), ended("a", NodeStatus::kFailed), of(Kind::kReset, "a")});
  EXPECT_EQ(state[0].status, NodeStatus::kReady);
  EXPECT_EQ(state[0].attempt, 3);
  EXPECT_EQ(state[0].num_failures, 0);
  EXPECT_EQ(state.count(NodeStatus::kReady), 2u);
}

TEST(State, ResetsTheWholeWorkflow) {
  const State state =
      folded({begin(), submitted("a", 1), ended("a", NodeStatus::kDone, 30), of(Kind::kReset)});
  EXPECT_EQ(state.status(), RunStatus::kReady);
  EXPECT_EQ(state.started_utc_ns(), 0);
  EXPECT_EQ(state.progress(), 0);
}

TEST(State, ABeginKeepsAttemptsInputsAndHolds) {
  Event done = ended("a", NodeStatus::kDone);
  done.inputs = "hash";
  done.values = {{"score", "1"}};
  const State state =
      folded({begin(), submitted("a", 2), done, of(Kind::kHeld, "b"), begin(2, {"c", "b", "a"})});
  EXPECT_EQ(state.run(), 2);
  EXPECT_EQ(state.count(NodeStatus::kReady), 2u);
  EXPECT_EQ(state.count(NodeStatus::kHeld), 1u);
  const NodeState& a = state[*state.index_of("a")];
  EXPECT_EQ(a.attempt, 2);
  EXPECT_EQ(a.inputs, "hash");
  EXPECT_EQ(a.values->at("score"), "1");
  EXPECT_EQ(a.status, NodeStatus::kReady);
}

TEST(State, ABeginLeavesWhatItKeepsAsItWas) {
  Event done = ended("a", NodeStatus::kDone, 30);
  done.definition = "print";
  Event again = begin(2);
  again.kept = {"a"};
  const State state = folded({begin(), submitted("a", 2), done, again});
  EXPECT_EQ(state[0].status, NodeStatus::kDone);
  EXPECT_EQ(state[0].definition, "print");
  EXPECT_EQ(state[0].ended_utc_ns, 30);
  EXPECT_EQ(state.count(NodeStatus::kDone), 1u);
  EXPECT_EQ(state.count(NodeStatus::kReady), 1u);
  EXPECT_EQ(state.progress(), 50);
}

TEST(State, AnAttemptForgetsWhatTheLastOneWasMadeFrom) {
  Event done = ended("a", NodeStatus::kDone);
  done.inputs = "hash";
  const State state = folded({begin(), submitted("a", 1), done, submitted("a", 2)});
  EXPECT_EQ(state[0].inputs, "");
}

TEST(State, TakesTheTimeWhenItHappenedNotWhenItWasSeen) {
  Event running = of(Kind::kRunning, "a", 50);
  running.at_utc_ns = 40;
  Event done = ended("a", NodeStatus::kDone, 60);
  done.at_utc_ns = 45;
  const State state = folded({begin(), submitted("a", 1), running, done});
  EXPECT_EQ(state[0].started_utc_ns, 40);
  EXPECT_EQ(state[0].ended_utc_ns, 45);
}

TEST(State, KnowsWhatIsBeingCancelled) {
  State state = folded({begin(), submitted("a", 1), of(Kind::kCancel, "a"), of(Kind::kCancel)});
  EXPECT_TRUE(state[0].is_cancelling);
  EXPECT_FALSE(state[1].is_cancelling);
  EXPECT_TRUE(state.is_cancelling());
  state.apply(ended("a", NodeStatus::kCancelled));
  EXPECT_FALSE(state[0].is_cancelling);
}

TEST(State, ACancellationOutlivesACrashButNotItsOwnEnd) {
  State state = folded({begin(), of(Kind::kCancel), of(Kind::kAttach)});
  EXPECT_TRUE(state.is_cancelling());
  Event end = of(Kind::kEnd, "", 70);
  end.status = NodeStatus::kCancelled;
  state.apply(end);
  EXPECT_EQ(state.status(), RunStatus::kCancelled);
  EXPECT_EQ(state.ended_utc_ns(), 70);
  state.apply(of(Kind::kAttach));
  EXPECT_FALSE(state.is_cancelling());
  EXPECT_EQ(state.status(), RunStatus::kRunning);
  EXPECT_EQ(state.ended_utc_ns(), 0);
}

TEST(State, CountsWhatIsOverAsAllOfIt) {
  const State state = folded({begin(1, {"a", "b", "c", "d"}), ended("a", NodeStatus::kDone),
                              ended("b", NodeStatus::kFailed), ended("c", NodeStatus::kSkipped)});
  EXPECT_EQ(state.progress(), 75);
}

TEST(State, PassesOverNodesItDoesNotKnow) {
  const State state = folded({begin(), submitted("x", 1)});
  EXPECT_EQ(state.count(NodeStatus::kReady), 2u);
}

}  // namespace
}  // namespace sciwright::workflow
