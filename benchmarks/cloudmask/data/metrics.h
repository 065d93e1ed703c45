#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cloudmask/data/pixel_counts.h"

namespace sciwright::cloudmask {

/// How good a mask is. Cloud is the positive class; what cannot be computed (no cloud at all) is
/// NaN. Pooled over all pixels but for `accuracy`, `majority_accuracy`, `cloud_fraction` and its
/// errors, which are unweighted means over scenes, as the reference's accuracy.
struct Metrics {
  double accuracy = 0;
  double majority_accuracy = 0;  ///< Of the better constant mask, all cloud or all clear.
  double cloud_fraction = 0;     ///< Of the labels.
  double cloud_fraction_bias = 0;
  double cloud_fraction_mae = 0;
  double pooled_accuracy = 0;
  double balanced_accuracy = 0;
  double precision = 0;
  double recall = 0;
  double specificity = 0;
  double f1 = 0;
  double f2 = 0;
  double iou = 0;
  double mean_iou = 0;  ///< Over cloud and clear.
  double kappa = 0;     ///< Cohen's.
  double mcc = 0;       ///< Matthews correlation coefficient.
  double true_skill_score = 0;
  double roc_auc = 0;  ///< From kNumBins bins; pixels of one bin count as ties.
  double pr_auc = 0;   ///< Average precision, from the same bins.
  double brier = 0;
  double brier_skill = 0;  ///< Against the cloud fraction of the same pixels.
  double ece = 0;          ///< Expected calibration error, kNumReliabilityBins equal bins.
  double boundary_iou = 0;
  double max_f1 = 0;  ///< Over the lower ends of all bins.
  double max_f1_threshold = 0;
  double max_true_skill_score = 0;
  double max_true_skill_score_threshold = 0;
};

/// Calls `visit(name, member)` for each metric, in the order of tables and files.
template <class MetricsType, class Visitor>
void visit_metrics(MetricsType& m, Visitor&& visit) {
  visit("accuracy", m.accuracy);
  visit("majority_accuracy", m.majority_accuracy);
  visit("cloud_fraction", m.cloud_fraction);
  visit("cloud_fraction_bias", m.cloud_fraction_bias);
  visit("cloud_fraction_mae", m.cloud_fraction_mae);
  visit("pooled_accuracy", m.pooled_accuracy);
  visit("balanced_accuracy", m.balanced_accuracy);
  visit("precision", m.precision);
  visit("recall", m.recall);
  visit("specificity", m.specificity);
  visit("f1", m.f1);
  visit("f2", m.f2);
  visit("iou", m.iou);
  visit("mean_iou", m.mean_iou);
  visit("kappa", m.kappa);
  visit("mcc", m.mcc);
  visit("true_skill_score", m.true_skill_score);
  visit("roc_auc", m.roc_auc);
  visit("pr_auc", m.pr_auc);
  visit("brier", m.brier);
  visit("brier_skill", m.brier_skill);
  visit("ece", m.ece);
  visit("boundary_iou", m.boundary_iou);
  visit("max_f1", m.max_f1);
  visit("max_f1_threshold", m.max_f1_threshold);
  visit("max_true_skill_score", m.max_true_skill_score);
  visit("max_true_skill_score_threshold", m.max_true_skill_score_threshold);
}

/// The scores of one or more scenes; those without counted pixels are left out.
Metrics compute_metrics(std::span<const PixelCounts* const> scenes);

/// The sum of all scenes.
PixelCounts pooled(std::span<const PixelCounts* const> scenes);

/// Two-sided 95 % intervals by the percentile bootstrap over scenes (Efron 1979): scenes, not
/// pixels, are drawn with replacement, because neighbouring pixels agree. NaN with fewer than two
/// scenes. Equal for any number of threads.
struct MetricIntervals {
  Metrics low;
  Metrics high;
};
MetricIntervals bootstrap(std::span<const PixelCounts* const> scenes, int num_replicates,
                          std::uint64_t seed, int num_threads);

/// One bin of the reliability table.
struct ReliabilityBin {
  std::int64_t num_pixels = 0;
  double mean_probability = 0;
  double cloud_frequency = 0;  ///< Of the labels; equal to the probability when calibrated.
};
std::vector<ReliabilityBin> reliability_table(const PixelCounts& counts);

/// Scores of the mask "cloud where the probability is at least the threshold".
struct ThresholdScores {
  double threshold = 0;
  double pooled_accuracy = 0;
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  double true_skill_score = 0;
};
/// Thresholds 0.05, 0.1, … 0.95.
std::vector<ThresholdScores> threshold_sweep(const PixelCounts& counts);

}  // namespace sciwright::cloudmask
