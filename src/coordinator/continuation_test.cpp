// What a changed workflow keeps of its last run, and what must not be believed after it.

#include "coordinator/continuation.h"

#include <gmock/gmock.h>

#include "coordinator/engine_fixture.h"
#include "coordinator/requests.h"

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using workflow::NodeStatus;
using workflow::RunStatus;
using workflow::State;

class ContinuationTest : public EngineTest {
 protected:
  ContinuationTest() {
    options.on_news = [this](const std::string& text) { news.push_back(text); };
  }
  void put(const char* file, const std::string& text) {
    write_file_atomic(directory.path() / file, text);
  }
  std::vector<std::string> news;
};

constexpr const char* kChain =
    "workflow: {nodes: {long: {exec: x}, second: {exec: y}, third: {exec: z}}, "
    "dependencies: ['long,second,third']}\n";

TEST_F(ContinuationTest, ACommentDoesNotRepeatWhatIsDone) {
  define(kChain);
  succeed("long");
  fail("second");
  run();
  define(std::string("# comment\n") + kChain);
  for (const char* node : {"second", "third"}) succeed(node);
  EXPECT_EQ(run().count(NodeStatus::kDone), 3);
  EXPECT_THAT(accepted(), ElementsAre("long", "second", "second", "third"));
  EXPECT_THAT(news,
              ElementsAre("the file has changed since the last run; what is done stays done"));
}

TEST_F(ContinuationTest, AChangedNodeRunsAgainWithAllThatNeedsIt) {
  define(kChain);
  for (const char* node : {"long", "second", "third"}) succeed(node);
  run();
  define(
      "workflow: {nodes: {long: {exec: x, label: other, retries: 2}, second: {exec: other}, third: "
      "{exec: z}}, dependencies: ['long,second,third']}\n");
  const State state = run();
  EXPECT_EQ(state.run(), 2);
  EXPECT_EQ(state.count(NodeStatus::kDone), 3);
  EXPECT_THAT(accepted(), ElementsAre("long", "second", "third", "second", "third"));
  EXPECT_THAT(news, ElementsAre("the file has changed since the last run; of what is done 1 stays "
                                "done, and this runs again: second (has changed), third (needs "
                                "second)"));
}

TEST_F(ContinuationTest, ANewNodeRunsAlone) {
  define(kChain);
  for (const char* node : {"long", "second", "third"}) succeed(node);
  run();
  define(
      "workflow: {nodes: {long: {exec: x}, second: {exec: y}, third: {exec: z}, fourth: {exec: v}},"
      " dependencies: ['long,second,third', 'second,fourth']}\n");
  succeed("fourth");
  EXPECT_EQ(run().count(NodeStatus::kDone), 4);
  EXPECT_THAT(accepted(), ElementsAre("long", "second", "third", "fourth"));
}

TEST_F(ContinuationTest, WhenNothingIsLeftAllBeginsAnew) {
  define(kChain);
  for (const char* node : {"long", "second", "third"}) succeed(node);
  run();
  define(std::string("# comment\n") + kChain);
  run();
  EXPECT_EQ(fake.accepted.size(), 6);
}

TEST_F(ContinuationTest, ARunWithoutParametersHasThoseOfTheFile) {
  define("workflow: {parameters: {n: '5'}, nodes: {a: {exec: 'seq {param.n}'}, b: {exec: x}}}\n");
  options.parameters = {{"n", "12"}};
  succeed("a");
  fail("b");
  run();
  options.parameters = {};
  succeed("b");
  run();
  ASSERT_EQ(fake.accepted.size(), 4);
  EXPECT_EQ(fake.accepted[2].command.back(), "seq 5");
  ASSERT_EQ(news.size(), 1);
  EXPECT_THAT(news[0], HasSubstr("the last run had n=12, which `workflow resume` keeps"));
}

TEST_F(ContinuationTest, ResumeKeepsTheParametersOfTheLastRun) {
  define("workflow: {parameters: {n: '5'}, nodes: {a: {exec: 'seq {param.n}'}}}\n");
  options.parameters = {{"n", "12"}};
  fail("a");
  run();
  options.parameters = {};
  options.as_before = true;
  run();
  EXPECT_EQ(fake.accepted[1].command.back(), "seq 12");
}

TEST_F(ContinuationTest, ADryRunLeavesOutWhatIsUpToDate) {
  define(
      "workflow: {nodes: {a: {exec: x, outputs: [a.txt]}, b: {exec: x, inputs: [a.txt], outputs: "
      "[b.txt]}, c: {exec: x, inputs: [b.txt], outputs: [c.txt]}}, dependencies: ['a,b,c']}\n");
  for (const char* file : {"a.txt", "b.txt", "c.txt"}) put(file, "1");
  for (const char* node : {"a", "b", "c"}) succeed(node);
  run();
  options.only = {"b"};
  EXPECT_EQ(run().count(NodeStatus::kSkipped), 2);
  options.only = {};
  EXPECT_THAT(plan_workflow(folder(), options), IsEmpty());
}

TEST_F(ContinuationTest, AFailedAttemptEndsWhatWasKnownOfItsOutputs) {
  define(
      "workflow: {parameters: {e: '10'}, nodes: {train: {exec: 'x {param.e}', outputs: [m]}}}\n");
  put("m", "1");
  succeed("train");
  run();
  options.parameters = {{"e", "20"}};
  fail("train");
  run();
  options.parameters = {};
  succeed("train");
  EXPECT_EQ(status_of(run(), "train"), "done");
  EXPECT_EQ(fake.accepted.size(), 3);
}

TEST_F(ContinuationTest, WhatFailedAfterItsParentChangedIsNotUpToDate) {
  const std::string yaml =
      "workflow: {nodes: {a: {exec: x, inputs: [in], outputs: [a.txt]}, b: {exec: y, outputs: "
      "[b.txt]}}, dependencies: ['a,b']}\n";
  define(yaml);
  for (const char* file : {"in", "a.txt", "b.txt"}) put(file, "1");
  for (const char* node : {"a", "b"}) succeed(node);
  run();
  put("in", "2");
  options.only = {"a"};
  run();
  options.only = {};
  define("# harmless\n" + yaml);
  EXPECT_EQ(status_of(run(), "b"), "done");
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "a", "b"));
}

TEST_F(ContinuationTest, AfterAKillThatWhatFailedRunsAgainToo) {
  define("workflow: {nodes: {a: {exec: x}, b: {exec: x}}}\n");
  fail("a");
  bool has_failed = false;
  on_event = [&](const workflow::Event& event) {
    has_failed |= event.kind == workflow::Event::Kind::kEnded;
  };
  on_wait = [&] {
    if (has_failed) throw Killed();
  };
  EXPECT_THROW(run(), Killed);
  on_wait = {};
  for (const char* node : {"a", "b"}) succeed(node);
  EXPECT_EQ(run().count(NodeStatus::kDone), 2);
  EXPECT_THAT(accepted(), ElementsAre("a", "b", "a"));
  EXPECT_THAT(news, ElementsAre("goes on with run 1: 1 submitted, 1 failed"));
}

TEST_F(ContinuationTest, AKillDoesNotMixTheValuesOfTwoAttempts) {
  define("workflow: {nodes: {t: {exec: x, retries: 1, backoff: 0s}}}\n");
  say("t", "# cloudmesh status=running progress=90 pid=7 score=0.99");
  fail("t");
  on_event = [&](const workflow::Event& event) {
    if (event.kind == workflow::Event::Kind::kSubmitted && event.attempt == 2) start("t");
  };
  on_wait = [&] {
    if (fake.accepted.size() == 2) throw Killed();
  };
  EXPECT_THROW(run(), Killed);
  on_wait = {};
  succeed("t");
  const State state = run();
  EXPECT_EQ(status_of(state, "t"), "done");
  EXPECT_TRUE(state[0].values->empty());
}

TEST_F(ContinuationTest, WithoutItsJournalItBeginsAnewThoughTheLedgerIsThere) {
  define("workflow: {nodes: {a: {exec: x}}}\n");
  fail("a");
  run();
  std::filesystem::remove(folder().journal());
  succeed("a");
  const State state = run();
  EXPECT_EQ(status_of(state, "a"), "done");
  EXPECT_EQ(state[0].attempt, 2);
  EXPECT_EQ(fake.accepted.size(), 2);
}

TEST_F(ContinuationTest, AHandOverThatTheJournalLostIsFoundInTheLedger) {
  define("workflow: {nodes: {a: {exec: x}}}\n");
  start("a");
  on_wait = [] { throw Killed(); };
  EXPECT_THROW(run(), Killed);
  const std::string journal = read_file(folder().journal());
  write_file_atomic(folder().journal(), journal.substr(0, journal.find('\n') + 1));
  on_wait = {};
  succeed("a");
  const State state = run();
  EXPECT_EQ(status_of(state, "a"), "done");
  EXPECT_EQ(fake.accepted.size(), 1);
}

TEST_F(ContinuationTest, AClockThatWasSetBackDoesNotProlongAPause) {
  define("workflow: {nodes: {a: {exec: x, retries: 1, backoff: 3s}}}\n");
  fail("a");
  on_event = [](const workflow::Event& event) {
    if (event.kind == workflow::Event::Kind::kRetry) throw Killed();
  };
  EXPECT_THROW(run(), Killed);
  on_event = {};
  clock = fake_clock(&now_ns, 1'799'900'000 * kSecond);
  succeed("a");
  EXPECT_EQ(status_of(run(), "a"), "done");
  EXPECT_LT(now_ns, 20 * kSecond);
}

/// 1,800,000,000 s is 2027-01-15T08:00:00Z.
TEST_F(ContinuationTest, TimesAreThoseOfTheRecordNotOfTheLook) {
  define("workflow: {nodes: {a: {kind: ssh, host: far, exec: x}}}\n");
  on_wait = [&] {
    if (now_ns < 20 * kSecond) return;
    make_directories(folder().job("a"));
    write_file_atomic(folder().job("a") / "job.1.jsonl",
                      "{\"event\":\"started\",\"utc\":\"2027-01-15T08:00:05Z\",\"host\":\"n1\"}\n"
                      "{\"event\":\"ended\",\"utc\":\"2027-01-15T08:00:09Z\",\"exit_code\":0}\n");
    succeed("a");
  };
  const State state = run();
  EXPECT_EQ(state[0].started_utc_ns, 1'800'000'005 * kSecond);
  EXPECT_EQ(state[0].ended_utc_ns, 1'800'000'009 * kSecond);
}

TEST_F(ContinuationTest, WhoSavesAndSaysZeroWhenItIsCancelledLetsNothingRunOnIt) {
  define("workflow: {nodes: {a: {exec: x}, b: {exec: y}}, dependencies: ['a,b']}\n");
  start("a");
  bool was_asked = false;
  on_wait = [&] {
    if (now_ns > 3 * kSecond && !was_asked) {
      leave_request(folder(), {Request::Kind::kCancel, "a"}, clock);
      was_asked = true;
    }
    if (fake.cancelled.empty()) return;
    write_file_atomic(folder().job("a") / "job.1.jsonl",
                      "{\"event\":\"started\",\"utc\":\"2027-01-15T08:00:02Z\",\"host\":\"n1\"}\n"
                      "{\"event\":\"ended\",\"utc\":\"2027-01-15T08:00:05Z\",\"exit_code\":0,"
                      "\"terminated\":true}\n");
    succeed("a");
  };
  const State state = run();
  EXPECT_EQ(status_of(state, "a"), "cancelled");
  EXPECT_EQ(status_of(state, "b"), "ready");
  EXPECT_EQ(state.status(), RunStatus::kCancelled);
}

}  // namespace
}  // namespace sciwright::coordinator
