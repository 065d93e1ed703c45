#include "stats/summary.h"

#include <gtest/gtest.h>

namespace sciwright::stats {
namespace {

TEST(Summary, KnowsWhatFewValuesCannotSay) {
  const Summary one = summarize({3});
  EXPECT_EQ(one.num, 1U);
  EXPECT_EQ(one.mean, 3);
  EXPECT_EQ(one.median, 3);
  EXPECT_FALSE(one.standard_deviation);
  EXPECT_FALSE(one.olympic_mean);
  const Summary two = summarize({3, 1});
  EXPECT_EQ(two.median, 2);
  EXPECT_DOUBLE_EQ(*two.standard_deviation, 1.4142135623730951);
  EXPECT_FALSE(two.olympic_mean);
}

TEST(Summary, LeavesTheBestAndTheWorstOutOfTheOlympicMean) {
  const Summary out = summarize({10, 2, 4, 100, 1});
  EXPECT_DOUBLE_EQ(*out.olympic_mean, 16.0 / 3);
  EXPECT_DOUBLE_EQ(out.mean, 23.4);
  EXPECT_EQ(out.median, 4);
  EXPECT_EQ(out.min, 1);
  EXPECT_EQ(out.max, 100);
}

TEST(Summary, LooksAtNoOrder) {
  const Summary a = summarize({0.1, 0.7, 0.3});
  const Summary b = summarize({0.7, 0.3, 0.1});
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(*a.standard_deviation, *b.standard_deviation);
}

TEST(Summary, OfEqualValuesHasExactlyThatMeanAndNoDeviation) {
  const Summary out = summarize({0.1, 0.1, 0.1});
  EXPECT_EQ(out.mean, 0.1);
  EXPECT_EQ(*out.standard_deviation, 0);
}

}  // namespace
}  // namespace sciwright::stats
