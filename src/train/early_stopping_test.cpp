#include "train/early_stopping.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace sciwright::train {
namespace {

/// The epoch after which a fit with these losses stops, or the number of losses.
int stopped_after(const std::vector<double>& losses, EarlyStoppingSettings settings, int* best) {
  EarlyStopping rule(settings);
  int epoch = 0;
  for (; epoch < static_cast<int>(losses.size()); ++epoch) {
    if (rule.should_stop(epoch, losses[static_cast<std::size_t>(epoch)])) break;
  }
  *best = rule.best_epoch();
  return epoch;
}

TEST(EarlyStopping, StopsWhenPatienceIsUsedUp) {
  int best = 0;
  EXPECT_EQ(stopped_after({3, 2, 2.5, 2.1, 2.2, 1}, {.patience = 3}, &best), 4);
  EXPECT_EQ(best, 1);
}

TEST(EarlyStopping, CountsOnlyStrictlyLowerLosses) {
  int best = 0;
  EXPECT_EQ(stopped_after({2, 2, 2}, {.patience = 2}, &best), 2);
  EXPECT_EQ(best, 0);
}

TEST(EarlyStopping, WantsMoreThanTheSmallestFall) {
  int best = 0;
  EXPECT_EQ(stopped_after({2, 1.5, 1.1}, {.patience = 2, .min_delta = 0.5}, &best), 3);
  EXPECT_EQ(best, 2);
}

TEST(EarlyStopping, NeverStopsWithoutPatience) {
  int best = 0;
  EXPECT_EQ(stopped_after({1, 2, 3, 4}, {}, &best), 4);
}

TEST(EarlyStopping, TakesNanForNoImprovement) {
  int best = 0;
  EXPECT_EQ(stopped_after({1, std::nan(""), std::nan("")}, {.patience = 2}, &best), 2);
  EXPECT_EQ(best, 0);
}

}  // namespace
}  // namespace sciwright::train
