#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "report/prediction.h"
#include "stats/comparison.h"
#include "stats/line_fit.h"

namespace sciwright::report {
namespace {

double mean_of(const std::vector<double>& values) { return stats::moments_of(values).mean; }

double variance_of(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double deviation = stats::moments_of(values).standard_deviation;
  return deviation * deviation;
}

/// Epochs of a run that count for the slope: all but the first, which warms up. Of runs of a single
/// epoch that one, where there are no others.
std::vector<double> steady_epochs(const EpochSample& sample, bool all_are_single) {
  const std::ptrdiff_t skip = all_are_single ? 0 : 1;
  return {sample.by_epoch.begin() + skip, sample.by_epoch.end()};
}

/// Sums of the epochs of all runs.
struct EpochSpread {
  std::vector<double> slopes = {};  ///< Means of the runs.
  std::vector<double> counts = {};
  double sum = 0;
  double count = 0;
  double squares = 0;  ///< Around the runs' own means.

  double slope() const { return sum / count; }
  double freedom() const { return count - static_cast<double>(slopes.size()); }
  double epoch_variance() const { return freedom() > 0 ? squares / freedom() : 0; }

  /// How many equally long runs say as much of the slope as these (Kish 1965).
  double effective_runs() const {
    double sum_squares = 0;
    for (const double num : counts) sum_squares += num * num;
    return count * count / sum_squares;
  }

  /// Of the slope from run to run, longer runs weighing more. What single epochs bring to it is
  /// not taken out: with so few runs that makes intervals too narrow (coverage 82 to 90 %).
  double run_variance() const {
    const double effective = effective_runs();
    if (slopes.size() < 2) return 0;
    double sum_squares = 0;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      sum_squares += counts[i] / count * (slopes[i] - slope()) * (slopes[i] - slope());
    }
    return sum_squares / (1 - 1 / effective);
  }
};

EpochSpread spread_of(const std::vector<EpochSample>& samples) {
  EpochSpread out;
  const bool all_are_single = std::ranges::all_of(
      samples, [](const EpochSample& sample) { return sample.by_epoch.size() == 1; });
  for (const EpochSample& sample : samples) {
    const std::vector<double> epochs = steady_epochs(sample, all_are_single);
    if (epochs.empty()) continue;
    const double mean = mean_of(epochs);
    out.slopes.push_back(mean);
    out.counts.push_back(static_cast<double>(epochs.size()));
    for (const double one : epochs) {
      out.sum += one;
      out.squares += (one - mean) * (one - mean);
    }
    out.count += static_cast<double>(epochs.size());
  }
  return out;
}

EpochModel from_epochs(const std::vector<EpochSample>& samples) {
  const EpochSpread spread = spread_of(samples);
  EpochModel model;
  model.slope = spread.slope();
  std::vector<double> setups;
  auto own_slope = spread.slopes.begin();
  const bool all_have_slopes = spread.slopes.size() == samples.size();
  for (const EpochSample& sample : samples) {
    // What a run took beyond its own epochs at its own speed, the first one's extra included.
    const bool has_slope = all_have_slopes || sample.by_epoch.size() > 1;
    setups.push_back(sample.total - (has_slope ? *own_slope++ : model.slope) * sample.epochs);
  }
  model.setup = mean_of(setups);
  const auto n = static_cast<double>(samples.size());
  const double effective = spread.effective_runs();
  const double run_freedom = spread.slopes.size() < 2 ? 0 : std::max(effective - 1, 1.0);
  model.parts = {{variance_of(setups) * (1 + 1 / n), n - 1, 0},
                 {spread.run_variance() * (1 + 1 / effective), run_freedom, 2},
                 {spread.epoch_variance(), spread.freedom(), 1}};
  // From one run, what is not known of the slope comes from its epochs alone.
  if (spread.slopes.size() < 2) {
    model.parts.push_back({spread.epoch_variance() / spread.count, spread.freedom(), 2});
  }
  return model;
}

std::vector<double> totals_of(const std::vector<EpochSample>& samples) {
  std::vector<double> totals;
  for (const EpochSample& sample : samples) totals.push_back(sample.total);
  return totals;
}

std::optional<stats::LineFit> line_through(const std::vector<EpochSample>& samples) {
  std::vector<double> epochs;
  for (const EpochSample& sample : samples) epochs.push_back(sample.epochs);
  return stats::fit_line(epochs, totals_of(samples));
}

std::optional<EpochModel> from_totals(const std::vector<EpochSample>& samples) {
  const auto line = line_through(samples);
  if (!line) return std::nullopt;
  EpochModel model;
  model.setup = line->intercept;
  model.slope = line->slope;
  if (!line->residual_deviation) return model;
  const double variance = *line->residual_deviation * *line->residual_deviation;
  const auto n = static_cast<double>(line->num);
  // s² (1 + 1/n + (x − x̄)² / S) by powers of x; the term of x¹ is negative.
  const double by_square = variance / line->sum_squares_x;
  model.parts = {{variance * (1 + 1 / n) + by_square * line->mean_x * line->mean_x, n - 2, 0},
                 {-2 * by_square * line->mean_x, n - 2, 1},
                 {by_square, n - 2, 2}};
  return model;
}

/// The variance of a further total and its degrees of freedom (Welch and Satterthwaite).
std::optional<EpochModel::Part> spread_at(const EpochModel& model, double epochs) {
  EpochModel::Part sum;
  double weighted = 0;
  const bool is_line = std::ranges::any_of(
      model.parts, [](const EpochModel::Part& part) { return part.variance < 0; });
  for (const EpochModel::Part& part : model.parts) {
    if (part.freedom <= 0) continue;
    const double variance = part.variance * std::pow(epochs, part.power);
    sum.variance += variance;
    weighted += variance * variance / part.freedom;
    sum.freedom = std::max(sum.freedom, part.freedom);
  }
  if (sum.freedom <= 0) return std::nullopt;
  // The parts of a line are one estimate: its degrees of freedom are those of its residuals.
  if (!is_line && weighted > 0) {
    sum.freedom = std::max(1.0, sum.variance * sum.variance / weighted);
  }
  return sum;
}

double quantile(double freedom, double chance) {
  return boost::math::quantile(boost::math::students_t(freedom), chance);
}

/// Whether a line goes up by more than chance.
bool rises(const stats::LineFit& line) {
  if (!line.residual_deviation) return false;
  const double error = *line.residual_deviation / std::sqrt(line.sum_squares_x);
  return line.slope > quantile(static_cast<double>(line.num) - 2, 0.95) * error;
}

void note_samples(EpochModel& model, const std::vector<EpochSample>& samples) {
  model.num_runs = samples.size();
  const auto [least, most] = std::ranges::minmax_element(samples, {}, &EpochSample::epochs);
  model.least_epochs = least->epochs;
  model.most_epochs = most->epochs;
}

}  // namespace

std::optional<stats::Interval> EpochModel::interval(double epochs, double confidence) const {
  const auto spread = spread_at(*this, epochs);
  if (!spread) return std::nullopt;
  const double half = quantile(spread->freedom, 0.5 + confidence / 2) * std::sqrt(spread->variance);
  return stats::Interval{std::max(0.0, at(epochs) - half), at(epochs) + half};
}

std::optional<double> EpochModel::bound(double epochs, double chance) const {
  const auto spread = spread_at(*this, epochs);
  if (!spread) return std::nullopt;
  return at(epochs) + quantile(spread->freedom, chance) * std::sqrt(spread->variance);
}

std::optional<EpochModel> fit_peaks(const std::vector<EpochSample>& samples) {
  if (samples.empty()) return std::nullopt;
  const auto line = line_through(samples);
  std::optional<EpochModel> model;
  if (line && rises(*line)) {
    model = from_totals(samples);
  } else {
    const std::vector<double> totals = totals_of(samples);
    const auto n = static_cast<double>(totals.size());
    model.emplace();
    model->setup = mean_of(totals);
    model->parts = {{variance_of(totals) * (1 + 1 / n), n - 1, 0}};
  }
  note_samples(*model, samples);
  return model;
}

std::optional<EpochModel> fit_epochs(const std::vector<EpochSample>& samples) {
  if (samples.empty()) return std::nullopt;
  const bool has_epochs = std::ranges::none_of(
      samples, [](const EpochSample& sample) { return sample.by_epoch.empty(); });
  std::optional<EpochModel> model =
      has_epochs ? std::optional(from_epochs(samples)) : from_totals(samples);
  if (!model) return std::nullopt;
  note_samples(*model, samples);
  return model;
}

}  // namespace sciwright::report
