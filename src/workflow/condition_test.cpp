#include "workflow/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

using testing::ElementsAre;
using Kind = Event::Kind;

const NodeIndex kNodes = {{"train", 0}, {"fetch-data", 1}, {"fetch", 2}, {"p.train", 3}, {"7", 4}};

/// A run in which `train` ended well with a score, and `fetch-data` failed.
State example() {
  State state({"train", "fetch-data", "fetch", "p.train", "7"});
  state.apply({.kind = Kind::kEnded,
               .seq = 1,
               .node = "train",
               .attempt = 2,
               .status = NodeStatus::kDone,
               .exit_code = 0,
               .values = {{"score", "0.95"}, {"winner", "a"}}});
  state.apply({.kind = Kind::kEnded,
               .seq = 2,
               .node = "fetch-data",
               .status = NodeStatus::kFailed,
               .values = {{"rows", "10"}}});
  state.apply({.kind = Kind::kProgress, .seq = 3, .node = "7", .progress = 40});
  return state;
}

bool holds(const std::string& text) {
  std::string problem;
  const auto condition = Condition::parse(text, kNodes, problem);
  EXPECT_TRUE(condition) << problem;
  const Condition::Result result = condition->evaluate(example());
  EXPECT_EQ(result.problem, "");
  return result.holds;
}

std::string problem_of(const std::string& text) {
  std::string problem;
  EXPECT_FALSE(Condition::parse(text, kNodes, problem));
  return problem;
}

TEST(Condition, ComparesValuesOfNodes) {
  EXPECT_TRUE(holds("train.score > 0.9"));
  EXPECT_FALSE(holds("train.score > 0.96"));
  EXPECT_TRUE(holds("train.winner == 'a' and train.status == 'done'"));
  EXPECT_TRUE(holds("train.attempt == 2 and train.exit_code == 0"));
  EXPECT_TRUE(holds("7.progress >= 40"));
}

TEST(Condition, ReadsTheLongestNameAlsoWithAMinus) {
  EXPECT_TRUE(holds("fetch-data.rows-fetch-data.rows == 0"));
  EXPECT_TRUE(holds("fetch-data.status == 'failed'"));
  EXPECT_TRUE(holds("p.train.status == 'ready'"));
}

TEST(Condition, LeavesNamesWithinTextsAlone) { EXPECT_FALSE(holds("train.winner == 'x.y'")); }

TEST(Condition, AValueThatIsNotThereIsNone) {
  EXPECT_TRUE(holds("train.loss == none"));
  EXPECT_TRUE(holds("fetch.exit_code == none"));
}

TEST(Condition, NamesTheNodesItSpeaksOf) {
  std::string problem;
  const auto condition =
      Condition::parse("train.a > fetch-data.b or train.c < 0.5", kNodes, problem);
  ASSERT_TRUE(condition);
  EXPECT_THAT(condition->nodes(), ElementsAre("train", "fetch-data"));
}

TEST(Condition, RefusesNodesThatAreNotThere) {
  EXPECT_EQ(problem_of("trian.score > 1"), "there is no node 'trian'; did you mean 'train'?");
  EXPECT_EQ(problem_of("fetch-dat.rows > 1"),
            "there is no node 'fetch-dat'; did you mean 'fetch-data'?");
}

TEST(Condition, RefusesWhatIsNoExpression) {
  EXPECT_EQ(problem_of("fetch-data.rows >"), "'fetch-data.rows >': ends too early");
  EXPECT_EQ(problem_of("score > 1"),
            "'score > 1': 'score' is not known here; texts stand in quotes");
}

TEST(Condition, SaysWhatCannotBeComputed) {
  std::string problem;
  const auto condition = Condition::parse("train.winner > 3", kNodes, problem);
  ASSERT_TRUE(condition);
  EXPECT_NE(condition->evaluate(example()).problem, "");
}

TEST(Condition, IsRewrittenForWhoCallsItsPipeline) {
  EXPECT_EQ(condition_within("fetch-data.rows > 3 and 'train.x' != train.y", "outer", kNodes),
            "outer.fetch-data.rows > 3 and 'train.x' != outer.train.y");
}

}  // namespace
}  // namespace sciwright::workflow
