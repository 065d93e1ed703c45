#include "coordinator/patterns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Values = std::map<std::string, std::string>;

const std::vector<Candidate> kThree = {{"a", 30, {{"loss", "0.3"}, {"epochs", "3"}}},
                                       {"b", 20, {{"loss", "0.1"}}},
                                       {"c", 10, {{"loss", "many"}}}};

TEST(Patterns, ACompetitionIsWonByTheBestOfThoseThatSayANumber) {
  workflow::Node node{.kind = workflow::NodeKind::kCompete};
  node.choice.edit() = {.by = "loss", .smallest = true};
  const Decision decision = decide(node, kThree);
  EXPECT_THAT(decision.chosen, ElementsAre("b"));
  EXPECT_EQ(decision.values, (Values{{"loss", "0.1"}, {"winner", "b"}}));
  EXPECT_EQ(decision.file, "winner.json");
  EXPECT_EQ(
      decision.content.dump(),
      R"({"schema_version":1,"winner":"b","by":"loss","direction":"min","candidates":[)"
      R"({"name":"b","values":{"loss":"0.1"}},{"name":"a","values":{"epochs":"3","loss":"0.3"}}]})");
}

TEST(Patterns, ARaceIsWonByWhoEndedFirst) {
  workflow::Node node{.kind = workflow::NodeKind::kCompete};
  node.choice.edit() = {.by = "loss", .until = workflow::Choice::Until::kFirst};
  EXPECT_THAT(decide(node, kThree).chosen, ElementsAre("c"));
}

TEST(Patterns, ASelectionTakesTheBestFew) {
  workflow::Node node{.kind = workflow::NodeKind::kSelect};
  node.choice.edit() = {.by = "loss", .count = 2};
  const Decision decision = decide(node, kThree);
  EXPECT_THAT(decision.chosen, ElementsAre("a", "b"));
  EXPECT_EQ(decision.values.at("selected"), "a,b");
  EXPECT_EQ(decision.values.at("winner"), "a");
}

TEST(Patterns, NobodyWithANumberIsAProblem) {
  workflow::Node node{.kind = workflow::NodeKind::kSelect};
  node.choice.edit() = {.by = "score"};
  EXPECT_THAT(decide(node, kThree).problem, HasSubstr("says a number as score"));
}

TEST(Patterns, ACooperationHasTheMeansOfWhatAllSay) {
  const workflow::Node node{.kind = workflow::NodeKind::kCooperate};
  const std::vector<Candidate> two(kThree.begin(), kThree.begin() + 2);
  EXPECT_EQ(decide(node, two).values, (Values{{"loss", "0.2"}, {"num_parents", "2"}}));
  EXPECT_EQ(decide(node, kThree).values, (Values{{"num_parents", "3"}}));
}

}  // namespace
}  // namespace sciwright::coordinator
