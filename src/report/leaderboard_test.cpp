#include "report/leaderboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "report/baselines.h"
#include "report/published.h"
#include "report/report_tables.h"

namespace sciwright::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Three teams: a and b alike, c far behind; d has one run.
RunSet teams() {
  RunSet set;
  add_published("t.csv",
                "user,run,epochs,test_acc,train_acc\n"
                "a,1,10,0.90,0.9\na,2,10,0.91,0.9\na,3,10,0.92,0.9\n"
                "b,1,20,0.89,0.9\nb,2,20,0.91,0.9\nb,3,20,0.915,0.9\n"
                "c,1,30,0.50,0.9\nc,2,30,0.51,0.9\nc,3,30,0.52,0.9\n"
                "d,1,5,0.60,0.9\n",
                set);
  return set;
}

Leaderboard board_of(const RunSet& set, std::vector<std::string> metrics = {"accuracy"}) {
  const Directions directions{.known = {{"cloudmask",
                                         {{"accuracy", campaign::Direction::kHigher},
                                          {"epochs_run", campaign::Direction::kLower}}}}};
  return rank_groups(set, group_runs(set, {.metrics = std::move(metrics)}), directions);
}

std::vector<std::string> ranks(const Leaderboard& board) {
  std::vector<std::string> out;
  for (const auto& row : leaderboard_table(board).rows) {
    out.push_back(row[0].text + " " + row[1].text);
  }
  return out;
}

TEST(Leaderboard, TellsTiesAndWhatNobodyKnows) {
  const RunSet set = teams();
  EXPECT_THAT(ranks(board_of(set)), ElementsAre("=1 a", "=1 b", "3? d", "4 c"));
}

TEST(Leaderboard, ComparesWithTheBestAsScipyDoes) {
  const RunSet set = teams();
  const Leaderboard board = board_of(set);
  // scipy.stats.ttest_ind([.89, .91, .915], [.90, .91, .92], equal_var=False), mannwhitneyu
  EXPECT_NEAR(*board.standings[1].p_value, 0.6310275886, 1e-9);
  EXPECT_NEAR(*board.standings[1].rank_p_value, 0.8247780951, 1e-9);
  EXPECT_FALSE(*board.standings[1].differs);
  EXPECT_NEAR(*board.standings[1].chance_to_beat_best, 3.5 / 9, 1e-12);
  EXPECT_TRUE(*board.standings[3].differs);
  EXPECT_LT(*board.standings[3].effect, -10);
  EXPECT_EQ(*board.standings[3].chance_to_beat_best, 0);
  EXPECT_FALSE(board.standings[2].differs);
}

TEST(Leaderboard, WarnsOfTheBestOfMany) {
  const RunSet set = teams();
  EXPECT_THAT(board_of(set).warnings,
              Contains(HasSubstr("The best of 4 was picked after the fact")));
  EXPECT_THAT(board_of(set).warnings, Contains(HasSubstr("1 of 4 have a single run")));
  EXPECT_EQ(expected_luck(1), 0);
  EXPECT_NEAR(expected_luck(10), 1.54, 0.01);
}

TEST(Leaderboard, FindsTheFrontOfSeveralMetrics) {
  const RunSet set = teams();
  const Leaderboard board = board_of(set, {"accuracy", "epochs_run"});
  std::vector<bool> front;
  for (const Standing& standing : board.standings) front.push_back(standing.is_on_front);
  EXPECT_THAT(front, ElementsAre(true, false, true, false));
}

TEST(Leaderboard, PutsBaselinesBesideTheScores) {
  RunSet set = teams();
  add_published("b.csv", "rank,accuracy\n0,0.9\n1,0.7\n", set);
  EXPECT_EQ(board_of(set).baselines[0].at(0).value, 0.8);
}

TEST(Leaderboard, AsksWhichWayIsBetter) {
  const RunSet set = teams();
  EXPECT_THROW(rank_groups(set, group_runs(set, {.metrics = {"accuracy"}}), {}), Error);
}

TEST(Leaderboard, NamesOutliers) {
  RunSet set;
  add_published("t.csv", "user,test_acc\na,0.9\na,0.91\na,0.9\na,0.91\na,0.2\n", set);
  EXPECT_THAT(board_of(set).warnings, Contains(HasSubstr("t.csv:6 (0.2)")));
}

TEST(OtherParts, AreThoseThatSomeRunHas) {
  const RunSet set = teams();
  EXPECT_THAT(other_parts(set, "accuracy"), ElementsAre("train_accuracy"));
}

}  // namespace
}  // namespace sciwright::report
