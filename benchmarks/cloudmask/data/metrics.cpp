#include "cloudmask/data/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/parallel_for.h"
#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Quotient of counts; NaN for 0/0.
double ratio(double numerator, double denominator) {
  return denominator == 0 ? kNan : numerator / denominator;
}

struct Rates {
  double accuracy, precision, recall, specificity, f1, f2, true_skill_score;
};

Rates rates_of(const Confusion& c) {
  const auto tp = static_cast<double>(c.true_positive);
  const auto fp = static_cast<double>(c.false_positive);
  const auto tn = static_cast<double>(c.true_negative);
  const auto fn = static_cast<double>(c.false_negative);
  Rates r{};
  r.accuracy = ratio(tp + tn, tp + tn + fp + fn);
  r.precision = ratio(tp, tp + fp);
  r.recall = ratio(tp, tp + fn);
  r.specificity = ratio(tn, tn + fp);
  r.f1 = ratio(2 * tp, 2 * tp + fp + fn);
  r.f2 = ratio(5 * tp, 5 * tp + 4 * fn + fp);
  r.true_skill_score = r.recall + r.specificity - 1;
  return r;
}

void set_confusion_metrics(const Confusion& c, Metrics& m) {
  const auto tp = static_cast<double>(c.true_positive);
  const auto fp = static_cast<double>(c.false_positive);
  const auto tn = static_cast<double>(c.true_negative);
  const auto fn = static_cast<double>(c.false_negative);
  const double n = tp + fp + tn + fn;
  const Rates r = rates_of(c);
  m.pooled_accuracy = r.accuracy;
  m.balanced_accuracy = (r.recall + r.specificity) / 2;
  m.precision = r.precision;
  m.recall = r.recall;
  m.specificity = r.specificity;
  m.f1 = r.f1;
  m.f2 = r.f2;
  m.true_skill_score = r.true_skill_score;
  m.iou = ratio(tp, tp + fp + fn);
  m.mean_iou = (m.iou + ratio(tn, tn + fp + fn)) / 2;
  const double by_chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / (n * n);
  m.kappa = ratio(r.accuracy - by_chance, 1 - by_chance);
  m.mcc = ratio(tp * tn - fp * fn,
                std::sqrt(tp + fp) * std::sqrt(tp + fn) * std::sqrt(tn + fp) * std::sqrt(tn + fn));
}

/// Goes through the thresholds from the highest bin down.
void set_ranking_metrics(const PixelCounts& counts, Metrics& m) {
  const auto num_cloud = static_cast<double>(counts.confusion.num_cloud());
  const auto num_clear = static_cast<double>(counts.confusion.num_clear());
  double hits = 0;
  double false_alarms = 0;
  double concordant = 0;
  double precision_sum = 0;
  m.max_f1 = m.max_true_skill_score = -1;
  for (std::size_t bin = kNumBins; bin-- > 0;) {
    const auto cloud = static_cast<double>(counts.cloud_bins[bin]);
    const auto clear = static_cast<double>(counts.clear_bins[bin]);
    concordant += clear * (hits + cloud / 2);
    hits += cloud;
    false_alarms += clear;
    if (cloud > 0) precision_sum += cloud * hits / (hits + false_alarms);
    const double threshold = lower_end(bin);
    const double f1 = 2 * hits / (hits + false_alarms + num_cloud);
    if (f1 > m.max_f1) {
      m.max_f1 = f1;
      m.max_f1_threshold = threshold;
    }
    const double skill = hits / num_cloud - false_alarms / num_clear;
    if (skill > m.max_true_skill_score) {
      m.max_true_skill_score = skill;
      m.max_true_skill_score_threshold = threshold;
    }
  }
  m.roc_auc = ratio(concordant, num_cloud * num_clear);
  m.pr_auc = ratio(precision_sum, num_cloud);
  if (num_cloud == 0) m.max_f1 = m.max_f1_threshold = kNan;
  if (num_cloud == 0 || num_clear == 0) {
    m.max_true_skill_score = m.max_true_skill_score_threshold = kNan;
  }
}

void set_probability_metrics(const PixelCounts& counts, Metrics& m) {
  const auto n = static_cast<double>(counts.confusion.num_pixels());
  const double base_rate = ratio(static_cast<double>(counts.confusion.num_cloud()), n);
  m.brier = ratio(counts.squared_error, n);
  m.brier_skill = 1 - ratio(m.brier, base_rate * (1 - base_rate));
  m.ece = 0;
  for (const ReliabilityBin& bin : reliability_table(counts)) {
    if (bin.num_pixels == 0) continue;
    const double share = static_cast<double>(bin.num_pixels) / n;
    m.ece += share * std::abs(bin.mean_probability - bin.cloud_frequency);
  }
  m.boundary_iou = ratio(static_cast<double>(counts.boundary_intersection),
                         static_cast<double>(counts.boundary_union));
}

void set_scene_means(std::span<const PixelCounts* const> scenes, Metrics& m) {
  double num_scenes = 0;
  for (const PixelCounts* scene : scenes) {
    const Confusion& c = scene->confusion;
    const auto n = static_cast<double>(c.num_pixels());
    if (n == 0) continue;
    ++num_scenes;
    const double fraction = static_cast<double>(c.num_cloud()) / n;
    const double error = static_cast<double>(c.false_positive - c.false_negative) / n;
    m.accuracy += static_cast<double>(c.true_positive + c.true_negative) / n;
    m.cloud_fraction += fraction;
    m.cloud_fraction_bias += error;
    m.cloud_fraction_mae += std::abs(error);
  }
  for (double* sum :
       {&m.accuracy, &m.cloud_fraction, &m.cloud_fraction_bias, &m.cloud_fraction_mae}) {
    *sum = ratio(*sum, num_scenes);
  }
  m.majority_accuracy = std::max(m.cloud_fraction, 1 - m.cloud_fraction);
}

std::vector<double> values_of(const Metrics& metrics) {
  std::vector<double> values;
  visit_metrics(metrics, [&](const char*, double value) { values.push_back(value); });
  return values;
}

/// The quantile of sorted values, linear between neighbours.
double quantile(const std::vector<double>& sorted, double fraction) {
  if (sorted.empty()) return kNan;
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = position - static_cast<double>(below);
  return sorted[below] * (1 - part) + sorted[above] * part;
}

}  // namespace

PixelCounts pooled(std::span<const PixelCounts* const> scenes) {
  PixelCounts sum;
  for (const PixelCounts* scene : scenes) sum.merge(*scene);
  return sum;
}

Metrics compute_metrics(std::span<const PixelCounts* const> scenes) {
  Metrics m;
  set_scene_means(scenes, m);
  const PixelCounts counts = pooled(scenes);
  set_confusion_metrics(counts.confusion, m);
  set_ranking_metrics(counts, m);
  set_probability_metrics(counts, m);
  return m;
}

MetricIntervals bootstrap(std::span<const PixelCounts* const> scenes, int num_replicates,
                          std::uint64_t seed, int num_threads) {
  constexpr double kTail = 0.025;
  const bool can_draw = scenes.size() > 1;
  std::vector<std::vector<double>> replicates(can_draw ? static_cast<std::size_t>(num_replicates)
                                                       : 0);
  parallel_for(replicates.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    std::vector<const PixelCounts*> drawn(scenes.size());
    for (std::size_t r = begin; r < end; ++r) {
      RandomStream random(derive_seed(seed, "bootstrap", r));
      for (const PixelCounts*& scene : drawn) scene = scenes[random.below(scenes.size())];
      replicates[r] = values_of(compute_metrics(drawn));
    }
  });
  MetricIntervals intervals;
  const auto fill = [&](Metrics& metrics, double fraction) {
    std::size_t index = 0;
    visit_metrics(metrics, [&](const char*, double& value) {
      std::vector<double> sorted;
      for (const auto& replicate : replicates) {
        if (std::isfinite(replicate[index])) sorted.push_back(replicate[index]);
      }
      std::sort(sorted.begin(), sorted.end());
      value = quantile(sorted, fraction);
      ++index;
    });
  };
  fill(intervals.low, kTail);
  fill(intervals.high, 1 - kTail);
  return intervals;
}

std::vector<ReliabilityBin> reliability_table(const PixelCounts& counts) {
  constexpr std::size_t kLevelsEach = kNumLevels / kNumReliabilityBins;
  std::vector<ReliabilityBin> table(kNumReliabilityBins);
  for (std::size_t i = 0; i < kNumReliabilityBins; ++i) {
    std::int64_t cloud = 0;
    for (std::size_t bin = first_bin(i * kLevelsEach); bin < first_bin((i + 1) * kLevelsEach);
         ++bin) {
      cloud += counts.cloud_bins[bin];
      table[i].num_pixels += counts.cloud_bins[bin] + counts.clear_bins[bin];
    }
    const auto n = static_cast<double>(table[i].num_pixels);
    table[i].mean_probability = ratio(counts.probability_sums[i], n);
    table[i].cloud_frequency = ratio(static_cast<double>(cloud), n);
  }
  return table;
}

std::vector<ThresholdScores> threshold_sweep(const PixelCounts& counts) {
  constexpr std::size_t kStep = kNumLevels / 20;
  std::vector<ThresholdScores> sweep;
  for (std::size_t level = kStep; level < kNumLevels; level += kStep) {
    const Rates r = rates_of(confusion_from_level(counts, level));
    sweep.push_back({static_cast<double>(level) / kNumLevels, r.accuracy, r.precision, r.recall,
                     r.f1, r.true_skill_score});
  }
  return sweep;
}

}  // namespace sciwright::cloudmask
