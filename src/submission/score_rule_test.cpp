#include "submission/score_rule.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::submission {
namespace {

TEST(ScoreRule, OfEarthquakeIsTheEfficiencyBetweenTwoBounds) {
  const ScoreRule rule = score_rule("earthquake");
  EXPECT_EQ(rule.score_of({{"Average_NNSE", 0.93}, {"name", "NNSE"}}), 0.93);
  EXPECT_EQ(rule.field_of({{"Average_NNSE", 0.93}}), "Average_NNSE");
  EXPECT_EQ(rule.score_of({{"nnse", "0.93"}}), std::nullopt);
  EXPECT_EQ(rule.score_of(nullptr), std::nullopt);
  EXPECT_EQ(rule.target_text(), "above 0.8 and below 0.99");
  EXPECT_TRUE(rule.reached_by(0.9));
  EXPECT_FALSE(rule.reached_by(0.99));
  EXPECT_TRUE(rule.higher_is_better);
}

TEST(ScoreRule, OfCloudmaskLiesDeeperInTheResult) {
  const ScoreRule rule = score_rule("cloudmask");
  EXPECT_EQ(rule.score_of({{"inference", {{"avg_accuracy", 0.91}}}}), 0.91);
  EXPECT_TRUE(rule.reached_by(0.9));
}

TEST(ScoreRule, OfUnoIsALoss) {
  const ScoreRule rule = score_rule("uno");
  EXPECT_FALSE(rule.higher_is_better);
  EXPECT_EQ(rule.target_text(), "at most 0.0054");
}

TEST(ScoreRule, IsKnownForApplicationsOnly) { EXPECT_THROW(score_rule("chess"), Error); }

}  // namespace
}  // namespace sciwright::submission
