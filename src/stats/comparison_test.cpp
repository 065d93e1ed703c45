#include "stats/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace sciwright::stats {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// The expected numbers are those of scipy 1.10.
const std::vector<double> kA = {0.81, 0.84, 0.79, 0.88, 0.83, 0.86, 0.80, 0.85, 0.82, 0.87};
const std::vector<double> kB = {0.78, 0.83, 0.77, 0.82, 0.80, 0.79, 0.84, 0.76, 0.81};

TEST(Welch, AgreesWithScipy) {
  const auto out = welch_test(moments_of(kA), moments_of(kB));
  EXPECT_NEAR(out->statistic, 2.645751311064578, 1e-12);
  EXPECT_NEAR(out->p_value, 0.01699121899022267, 1e-12);
  EXPECT_NEAR(*out->degrees_of_freedom, 16.997858672376875, 1e-10);
}

// scipy.stats.ttest_ind_from_stats(0.8908, 0.0030, 15, 0.8896, 0.0051, 15, equal_var=False)
TEST(Welch, TakesPublishedMoments) {
  const auto out = welch_test({15, 0.8908, 0.0030}, {15, 0.8896, 0.0051});
  EXPECT_NEAR(out->statistic, 0.7854722025488592, 1e-12);
  EXPECT_NEAR(out->p_value, 0.44031554642920456, 1e-10);
}

TEST(Welch, NeedsTwoValuesAndSomeSpread) {
  EXPECT_FALSE(welch_test(moments_of(kA), {1, 0.5, 0}));
  EXPECT_FALSE(welch_test({3, 1, 0}, {3, 2, 0}));
}

TEST(MannWhitney, IsExactForFewValues) {
  const std::vector<double> a(kA.begin(), kA.begin() + 7);
  const std::vector<double> b = {0.785, 0.835, 0.775, 0.825, 0.805, 0.795};
  const auto out = mann_whitney_test(a, b);
  EXPECT_EQ(out->statistic, 32);
  EXPECT_NEAR(out->p_value, 0.13752913752913754, 1e-12);
  EXPECT_NEAR(mann_whitney_test(b, a)->p_value, 0.13752913752913754, 1e-12);
}

TEST(MannWhitney, CorrectsForTies) {
  const auto out = mann_whitney_test(kA, kB);
  EXPECT_EQ(out->statistic, 72);
  EXPECT_NEAR(out->p_value, 0.030049863487700577, 1e-12);
}

TEST(MannWhitney, IsApproximateForManyValues) {
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 1; i <= 10; ++i) a.push_back(i);
  for (int i = 1; i <= 12; ++i) b.push_back(i * 1.1 + 2.03);
  const auto out = mann_whitney_test(a, b);
  EXPECT_EQ(out->statistic, 28);
  EXPECT_NEAR(out->p_value, 0.03779708390871803, 1e-12);
}

TEST(MannWhitney, SaysNothingOfEqualValues) {
  const std::vector<double> same(9, 1.0);
  EXPECT_FALSE(mann_whitney_test(same, same));
  EXPECT_FALSE(mann_whitney_test(same, {}));
}

TEST(Holm, CorrectsInTheOrderGiven) {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
  EXPECT_THAT(holm_correction(p), ElementsAre(DoubleNear(0.03, 1e-12), DoubleNear(0.06, 1e-12),
                                              DoubleNear(0.06, 1e-12), DoubleNear(0.02, 1e-12)));
  EXPECT_THAT(holm_correction(std::vector<double>{0.9, 0.8}), ElementsAre(1, 1));
}

TEST(EffectSize, CountsInDeviationsAndInPairs) {
  EXPECT_NEAR(*hedges_g(moments_of(kA), moments_of(kB)), 1.1547560443344214, 1e-12);
  EXPECT_DOUBLE_EQ(probability_of_superiority(kA, kB), 0.8);
  EXPECT_DOUBLE_EQ(probability_of_superiority(kA, kA), 0.5);
  EXPECT_FALSE(hedges_g({3, 1, 0}, {3, 2, 0}));
}

TEST(ChanceOfMean, FollowsStudentsDistribution) {
  const Moments sample = {8, 21.25, 1.4944341180973262};
  EXPECT_NEAR(least_mean_by_chance(sample, 3), 19.395372406132378, 1e-9);  // t = 1.83311, 9 degrees
  EXPECT_NEAR(chance_of_mean(sample, 3, 21), 0.4051876970207741, 1e-9);
  EXPECT_NEAR(chance_of_mean(sample, 3, least_mean_by_chance(sample, 3)), 0.05, 1e-12);
}

TEST(ChanceOfMean, IsCertainWhereTheSampleDoesNotVary) {
  const Moments sample = {8, 21, 0};
  EXPECT_EQ(least_mean_by_chance(sample, 3), 21);
  EXPECT_EQ(chance_of_mean(sample, 3, 21), 1);
  EXPECT_EQ(chance_of_mean(sample, 3, 20), 0);
}

TEST(MeanInterval, AgreesWithScipy) {
  const auto out = mean_interval(moments_of(kA));
  EXPECT_NEAR(out->low, 0.813341494103866, 1e-12);
  EXPECT_NEAR(out->high, 0.8566585058961339, 1e-12);
}

/// Values drawn anew for each trial, of this deviation around 0.
std::vector<double> draw(RandomStream& random, std::size_t num, double deviation) {
  std::vector<double> values(num);
  for (double& value : values) value = deviation * random.normal();
  return values;
}

TEST(MeanInterval, CoversTheMeanOfFiveValuesAsOftenAsItSays) {
  RandomStream random(5);
  int num_held = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const auto interval = mean_interval(moments_of(draw(random, 5, 1)));
    if (interval->low <= 0 && 0 <= interval->high) ++num_held;
  }
  EXPECT_NEAR(num_held / 4000.0, 0.95, 0.012);
}

TEST(Welch, FindsADifferenceWhereThereIsNoneInFivePercent) {
  RandomStream random(6);
  int num_found = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const auto test = welch_test(moments_of(draw(random, 5, 1)), moments_of(draw(random, 9, 3)));
    if (test->p_value < 0.05) ++num_found;
  }
  EXPECT_NEAR(num_found / 4000.0, 0.05, 0.012);
}

}  // namespace
}  // namespace sciwright::stats
