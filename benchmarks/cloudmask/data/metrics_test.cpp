#include "cloudmask/data/metrics.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

PixelCounts count(const std::vector<float>& probability, const std::vector<std::uint8_t>& label) {
  return count_pixels(probability, label, std::vector<std::uint8_t>(label.size(), 1));
}

Metrics metrics_of(const PixelCounts& counts) {
  const PixelCounts* scene = &counts;
  return compute_metrics({&scene, 1});
}

/// Probabilities of 6 true positives, 2 false positives, 9 true negatives and 3 false negatives.
PixelCounts confused() {
  std::vector<float> probability;
  std::vector<std::uint8_t> label;
  const auto add = [&](int times, float p, std::uint8_t is_cloud) {
    probability.insert(probability.end(), static_cast<std::size_t>(times), p);
    label.insert(label.end(), static_cast<std::size_t>(times), is_cloud);
  };
  add(6, 0.9F, 1);
  add(2, 0.8F, 0);
  add(9, 0.1F, 0);
  add(3, 0.2F, 1);
  return count(probability, label);
}

TEST(PixelCounts, CallCloudWhatIsAboveTheThreshold) {
  const PixelCounts counts = count({0.5F, 0.50001F, 0, 1}, {1, 1, 0, 0});
  EXPECT_EQ(counts.confusion,
            (Confusion{
                .true_positive = 1, .false_positive = 1, .true_negative = 1, .false_negative = 1}));
}

TEST(PixelCounts, LeaveOutPixelsThatDoNotCount) {
  const std::vector<float> probability = {0.9F, std::nanf("")};
  const std::vector<std::uint8_t> label = {1, 0};
  const std::vector<std::uint8_t> counted = {1, 0};
  EXPECT_EQ(count_pixels(probability, label, counted).confusion.num_pixels(), 1);
}

TEST(PixelCounts, BinsCoverTheProbabilitiesInOrder) {
  std::vector<float> ascending = {0, 1e-30F, 1e-7F, 1e-6F, 2e-6F, 5e-4F};
  for (int level = 1; level < 999; ++level) {
    ascending.push_back((static_cast<float>(level) + 0.5F) / 1000);
  }
  for (const float distance : {9e-4F, 5e-4F, 2e-6F, 1e-6F, 0.0F}) ascending.push_back(1 - distance);
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const std::size_t bin = bin_of(ascending[i]);
    ASSERT_LT(bin, kNumBins);
    EXPECT_LE(lower_end(bin), ascending[i]);
    const double end = bin + 1 < kNumBins ? lower_end(bin + 1) : 1;
    EXPECT_GE(end, ascending[i]);
    if (i > 1) {
      EXPECT_GT(bin, bin_of(ascending[i - 1])) << ascending[i];
    }
  }
  EXPECT_EQ(bin_of(0), 0U);
  EXPECT_EQ(bin_of(1), kNumBins - 1);
  EXPECT_EQ(bin_of(0.5F), first_bin(500));
}

TEST(Metrics, RankPixelsOfANetworkThatIsSureOfItself) {
  // All but certain, and yet in the right order.
  const Metrics m = metrics_of(count({1 - 1e-6F, 1 - 4e-6F, 4e-6F, 1e-6F}, {1, 0, 1, 0}));
  EXPECT_DOUBLE_EQ(m.roc_auc, 0.75);
}

TEST(PixelCounts, RefuseWhatIsNoProbability) {
  EXPECT_THROW(count({1.5F}, {1}), Error);
  EXPECT_THROW(count({std::nanf("")}, {1}), Error);
}

// Expected values by hand: tp 6, fp 2, tn 9, fn 3.
TEST(Metrics, AreTheTextbooksForAConfusion) {
  const Metrics m = metrics_of(confused());
  EXPECT_DOUBLE_EQ(m.accuracy, 0.75);
  EXPECT_DOUBLE_EQ(m.pooled_accuracy, 0.75);
  EXPECT_DOUBLE_EQ(m.majority_accuracy, 0.55);
  EXPECT_DOUBLE_EQ(m.cloud_fraction, 0.45);
  EXPECT_DOUBLE_EQ(m.cloud_fraction_bias, -0.05);
  EXPECT_DOUBLE_EQ(m.precision, 0.75);
  EXPECT_DOUBLE_EQ(m.recall, 6.0 / 9);
  EXPECT_DOUBLE_EQ(m.specificity, 9.0 / 11);
  EXPECT_DOUBLE_EQ(m.balanced_accuracy, (6.0 / 9 + 9.0 / 11) / 2);
  EXPECT_DOUBLE_EQ(m.f1, 12.0 / 17);
  EXPECT_DOUBLE_EQ(m.f2, 30.0 / 44);
  EXPECT_DOUBLE_EQ(m.iou, 6.0 / 11);
  EXPECT_DOUBLE_EQ(m.mean_iou, (6.0 / 11 + 9.0 / 14) / 2);
  EXPECT_NEAR(m.true_skill_score, 6.0 / 9 - 2.0 / 11, 1e-12);
  EXPECT_NEAR(m.kappa, (0.75 - 0.51) / (1 - 0.51), 1e-12);
  EXPECT_NEAR(m.mcc, (54 - 6) / std::sqrt(8.0 * 9 * 11 * 12), 1e-12);
}

TEST(Metrics, RankByProbability) {
  const Metrics m = metrics_of(confused());
  // Of 9 · 11 pairs the cloud has the higher probability but for 3 · 2.
  EXPECT_NEAR(m.roc_auc, 93.0 / 99, 1e-12);
  EXPECT_NEAR(m.pr_auc, (6 * 1.0 + 3 * 9.0 / 11) / 9, 1e-12);
  EXPECT_NEAR(m.max_f1, 18.0 / 20, 1e-12);
  EXPECT_NEAR(m.max_f1_threshold, 0.2, 1e-12);
  EXPECT_NEAR(m.max_true_skill_score, 1 - 2.0 / 11, 1e-12);
}

TEST(Metrics, MeasureProbabilities) {
  const Metrics m = metrics_of(confused());
  const double brier = (6 * 0.01 + 2 * 0.64 + 9 * 0.01 + 3 * 0.64) / 20;
  EXPECT_NEAR(m.brier, brier, 1e-7);
  EXPECT_NEAR(m.brier_skill, 1 - brier / (0.45 * 0.55), 1e-6);
  EXPECT_NEAR(m.ece, (6 * 0.1 + 2 * 0.8 + 9 * 0.1 + 3 * 0.8) / 20, 1e-6);
}

TEST(Metrics, RankAsAnExactCount) {
  RandomStream random(5);
  std::vector<float> probability(2000);
  std::vector<std::uint8_t> label(2000);
  for (std::size_t i = 0; i < label.size(); ++i) {
    label[i] = random.uniform() < 0.6;
    const double logit = random.normal() + (label[i] != 0 ? 1 : 0);
    probability[i] = static_cast<float>(1 / (1 + std::exp(-logit)));
  }
  double concordant = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    for (std::size_t j = 0; j < label.size(); ++j) {
      if (label[i] != 1 || label[j] != 0) continue;
      ++pairs;
      concordant += probability[i] > probability[j] ? 1 : 0;
    }
  }
  EXPECT_NEAR(metrics_of(count(probability, label)).roc_auc, concordant / pairs, 1e-3);
}

TEST(Metrics, AverageAccuracyOverScenesWithoutWeights) {
  const PixelCounts small = count({0.9F}, {1});
  const PixelCounts large = count({0.9F, 0.9F, 0.9F, 0.1F}, {0, 0, 1, 0});
  const std::vector<const PixelCounts*> scenes = {&small, &large};
  const Metrics m = compute_metrics(scenes);
  EXPECT_DOUBLE_EQ(m.accuracy, 0.75);
  EXPECT_DOUBLE_EQ(m.pooled_accuracy, 0.6);
  EXPECT_DOUBLE_EQ(m.cloud_fraction_mae, 0.25);
}

TEST(Metrics, AreNanWhereThereIsNothingToCount) {
  const Metrics m = metrics_of(count({0.1F, 0.2F}, {0, 0}));
  EXPECT_TRUE(std::isnan(m.recall));
  EXPECT_TRUE(std::isnan(m.roc_auc));
  EXPECT_TRUE(std::isnan(m.max_f1));
  EXPECT_DOUBLE_EQ(m.specificity, 1);
}

TEST(Bootstrap, CoversTheSpreadOfScenes) {
  std::vector<PixelCounts> scenes;
  for (int right = 0; right < 20; ++right) {
    std::vector<float> probability(20, 0.1F);
    std::fill_n(probability.begin(), right, 0.9F);
    scenes.push_back(count(probability, std::vector<std::uint8_t>(20, 1)));
  }
  std::vector<const PixelCounts*> list;
  for (const PixelCounts& scene : scenes) list.push_back(&scene);
  const MetricIntervals one = bootstrap(list, 400, 3, 1);
  // Mean 0.475, standard error 0.288 / √20 = 0.064.
  EXPECT_NEAR(one.low.accuracy, 0.475 - 1.96 * 0.0645, 0.02);
  EXPECT_NEAR(one.high.accuracy, 0.475 + 1.96 * 0.0645, 0.02);
  EXPECT_EQ(bootstrap(list, 400, 3, 4).high.accuracy, one.high.accuracy);
}

TEST(Bootstrap, IsUnknownForOneScene) {
  const PixelCounts scene = confused();
  const PixelCounts* list = &scene;
  EXPECT_TRUE(std::isnan(bootstrap({&list, 1}, 100, 1, 1).low.accuracy));
}

TEST(ReliabilityTable, ComparesProbabilityAndFrequency) {
  const auto table = reliability_table(confused());
  EXPECT_EQ(table[1].num_pixels, 9);
  EXPECT_NEAR(table[2].mean_probability, 0.2, 1e-6);
  EXPECT_DOUBLE_EQ(table[2].cloud_frequency, 1);
  EXPECT_EQ(table[5].num_pixels, 0);
}

TEST(ThresholdSweep, CountsAnewAtEachThreshold) {
  const auto sweep = threshold_sweep(confused());
  ASSERT_EQ(sweep.size(), 19U);
  EXPECT_DOUBLE_EQ(sweep[0].threshold, 0.05);
  EXPECT_DOUBLE_EQ(sweep[0].recall, 1);
  EXPECT_DOUBLE_EQ(sweep[2].threshold, 0.15);
  EXPECT_DOUBLE_EQ(sweep[2].pooled_accuracy, 18.0 / 20);
}

}  // namespace
}  // namespace sciwright::cloudmask
