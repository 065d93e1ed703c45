#include "tuning/parzen.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <gtest/gtest.h>

namespace sciwright::tuning {
namespace {

TEST(Parzen, ProposesWhereGoodOnesAreAndBadOnesAreNot) {
  const Observations seen{{0.2, 0.22, 0.24}, {0.5, 0.6, 0.7, 0.8, 0.9}};
  RandomStream random(1);
  for (int i = 0; i < 100; ++i) {
    const double unit = propose({}, seen, random);
    EXPECT_GE(unit, 0);
    EXPECT_LT(unit, 0.45) << i;
  }
}

TEST(Parzen, ProposesAnythingBeforeItHasSeenAnything) {
  RandomStream random(1);
  int num_low = 0;
  for (int i = 0; i < 1000; ++i) {
    const double unit = propose({}, {}, random);
    ASSERT_TRUE(unit >= 0 && unit < 1);
    if (unit < 0.5) ++num_low;
  }
  EXPECT_NEAR(num_low, 500, 60);
}

TEST(Parzen, PrefersTheChoiceThatDidWell) {
  const Observations seen{{0.5, 0.5}, {0.1, 0.1, 0.9, 0.9}};
  RandomStream random(1);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(propose({.num_choices = 3}, seen, random), 0.5);
}

TEST(Parzen, GivesTheSameForTheSameStream) {
  const Observations seen{{0.2}, {0.5, 0.6}};
  RandomStream a(7);
  RandomStream b(7);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(propose({}, seen, a), propose({}, seen, b));
}

TEST(Parzen, CallsATenthGood) {
  EXPECT_EQ(num_good(1), 1U);
  EXPECT_EQ(num_good(10), 1U);
  EXPECT_EQ(num_good(11), 2U);
  EXPECT_EQ(num_good(1000), 25U);
}

/// Finds the minimum of a function of two variables better than chance does with as many trials.
TEST(Parzen, FindsAMinimumBetterThanChance) {
  const auto cost = [](double x, double y) {
    return (x - 0.3) * (x - 0.3) + 4 * (y - 0.8) * (y - 0.8);
  };
  double sum_of_ratios = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    RandomStream random(seed);
    double best_by_chance = 1e9;
    for (int i = 0; i < 60; ++i) {
      best_by_chance = std::min(best_by_chance, cost(random.uniform(), random.uniform()));
    }
    std::vector<std::pair<double, std::pair<double, double>>> trials;
    for (int i = 0; i < 60; ++i) {
      std::sort(trials.begin(), trials.end());
      Observations x;
      Observations y;
      for (std::size_t t = 0; t < trials.size(); ++t) {
        const bool is_good = t < num_good(trials.size());
        (is_good ? x.good : x.bad).push_back(trials[t].second.first);
        (is_good ? y.good : y.bad).push_back(trials[t].second.second);
      }
      const double at_x = i < 10 ? random.uniform() : propose({}, x, random);
      const double at_y = i < 10 ? random.uniform() : propose({}, y, random);
      trials.push_back({cost(at_x, at_y), {at_x, at_y}});
    }
    std::sort(trials.begin(), trials.end());
    sum_of_ratios += std::log(trials.front().first / best_by_chance);
  }
  EXPECT_LT(sum_of_ratios / 10, -0.7);  // the geometric mean is less than half
}

}  // namespace
}  // namespace sciwright::tuning
