#include "earthquake/data/scores.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::earthquake {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : kNan;
}

/// Sums over a series from which its first observation was taken, so that V of a constant series is
/// exactly 0.
struct SeriesSums {
  double shift = 0;
  double count = 0;
  double observed = 0;
  double observed_squared = 0;
  double error_squared = 0;
  double error_absolute = 0;

  void add(double observation, double forecast) {
    const double shifted = observation - shift;
    const double error = observation - forecast;
    count += 1;
    observed += shifted;
    observed_squared += shifted * shifted;
    error_squared += error * error;
    error_absolute += std::abs(error);
  }
  double variance_sum() const { return observed_squared - observed * observed / count; }
  /// Σ(o − low) and Σ(o − low)², whatever the shift.
  double above(double low) const { return observed + count * (shift - low); }
  double above_squared(double low) const {
    const double offset = shift - low;
    return observed_squared + 2 * offset * observed + count * offset * offset;
  }
};

/// Sums over the pixels of one group.
struct GroupSums {
  int num_pixels = 0;
  int num_constant = 0;
  double nnse = 0;
  double nse = 0;
  double count_start = 0;
  double count = 0;
  double error_squared_start = 0;
  double error_squared = 0;
  double error_absolute = 0;
  double above = 0;              ///< Σ(o − min)
  double above_squared = 0;      ///< Σ(o − min)²
  std::vector<double> observed;  ///< Σ over pixels, one per sequence that counts.
  std::vector<double> forecast;

  explicit GroupSums(std::size_t num_sequences)
      : observed(num_sequences, 0.0), forecast(num_sequences, 0.0) {}

  void add_pixel(const SeriesSums& all, const SeriesSums& start, double low) {
    ++num_pixels;
    const double variance = all.variance_sum();
    if (variance > 0) {
      nnse += sciwright::earthquake::nnse(variance, all.error_squared);
      nse += 1 - all.error_squared / variance;
    } else {
      ++num_constant;
    }
    count += all.count;
    count_start += start.count;
    error_squared += all.error_squared;
    error_squared_start += start.error_squared;
    error_absolute += all.error_absolute;
    above += all.above(low);
    above_squared += all.above_squared(low);
  }
};

GroupSums both(const GroupSums& a, const GroupSums& b) {
  GroupSums sum = a;
  sum.num_pixels += b.num_pixels;
  sum.num_constant += b.num_constant;
  sum.nnse += b.nnse;
  sum.nse += b.nse;
  sum.count += b.count;
  sum.count_start += b.count_start;
  sum.error_squared += b.error_squared;
  sum.error_squared_start += b.error_squared_start;
  sum.error_absolute += b.error_absolute;
  sum.above += b.above;
  sum.above_squared += b.above_squared;
  for (std::size_t s = 0; s < sum.observed.size(); ++s) {
    sum.observed[s] += b.observed[s];
    sum.forecast[s] += b.forecast[s];
  }
  return sum;
}

GroupScore group_score(const GroupSums& sums, const QuantityStatistics& scale) {
  SeriesSums series{.shift = sums.observed.empty() ? 0 : sums.observed.front()};
  for (std::size_t s = 0; s < sums.observed.size(); ++s) {
    series.add(sums.observed[s], sums.forecast[s]);
  }
  const double variance = series.variance_sum();
  const double pixels_with_variance = sums.num_pixels - sums.num_constant;
  const double norm_squared = scale.norm() * scale.norm();
  return {.num_pixels = sums.num_pixels,
          .num_constant_pixels = sums.num_constant,
          .average_nnse = ratio(sums.nnse, pixels_with_variance),
          .summed_nnse = nnse(variance, series.error_squared),
          .average_nse = ratio(sums.nse, pixels_with_variance),
          .summed_nse = variance > 0 ? 1 - series.error_squared / variance : kNan,
          .mse = ratio(sums.error_squared, sums.count),
          .mae = ratio(sums.error_absolute, sums.count),
          .normalised_mse = norm_squared * ratio(sums.error_squared, sums.count),
          .normalised_mse_start = norm_squared * ratio(sums.error_squared_start, sums.count_start),
          .normalised_mse_end = norm_squared * ratio(sums.error_squared - sums.error_squared_start,
                                                     sums.count - sums.count_start),
          .relative_rms_error = std::sqrt(ratio(sums.error_squared, sums.above_squared)),
          .relative_error = ratio(sums.error_absolute, sums.above),
          .relative_summed_error = ratio(series.error_absolute, sums.above)};
}

/// The sequences that count, and those of them that have an observation.
struct Scored {
  int begin = 0;
  int end = 0;
  int end_observed = 0;
};

Scored scored_sequences(const ScoreTask& task, const PredictionParameter& parameter) {
  const int num_observed =
      task.magnitudes.num_times - task.axis.target_end(0, parameter);  // may be negative
  const int end_observed = std::clamp(num_observed, task.sequences.begin,
                                      std::max(task.sequences.begin, task.sequences.end));
  const bool drop = task.missing == MissingObservation::kDropped;
  return {.begin = task.sequences.begin,
          .end = drop ? end_observed : std::max(end_observed, task.sequences.end),
          .end_observed = end_observed};
}

template <class T>
void add_pixel(const ScoreTask& task, const Scored& scored, const double* observed,
               const T* forecast, GroupSums& group) {
  if (scored.end <= scored.begin) return;
  const auto value = [&](int s) {
    return s < scored.end_observed ? observed[s] : static_cast<double>(forecast[s]);
  };
  SeriesSums start{.shift = value(scored.begin)};
  SeriesSums all = start;
  const int first_end = task.axis.first_end_sequence();
  for (int s = scored.begin; s < scored.end; ++s) {
    if (s == first_end) start = all;
    const double o = value(s);
    const double f = forecast[s];
    all.add(o, f);
    group.observed[static_cast<std::size_t>(s - scored.begin)] += o;
    group.forecast[static_cast<std::size_t>(s - scored.begin)] += f;
  }
  if (scored.end <= first_end) start = all;
  group.add_pixel(all, start, task.scale.min);
}

void require_shape(const ScoreTask& task, std::size_t forecast_size) {
  const auto pixels = static_cast<std::size_t>(task.magnitudes.num_pixels);
  const std::size_t expected = pixels * static_cast<std::size_t>(task.axis.num_sequences());
  const bool groups_fit = task.is_validation.empty() || task.is_validation.size() == pixels;
  if (forecast_size == expected && groups_fit) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("A forecast to be scored has {} values, {} pixels × {} sequences were "
                          "expected.",
                          forecast_size, pixels, task.axis.num_sequences()));
}

}  // namespace

double nnse(double variance_sum, double squared_error_sum) {
  return variance_sum > 0 ? variance_sum / (variance_sum + squared_error_sum) : kNan;
}

template <class T>
ForecastScore score_forecast(const ScoreTask& task, const PredictionParameter& parameter,
                             std::span<const T> forecast) {
  require_shape(task, forecast.size());
  const Scored scored = scored_sequences(task, parameter);
  const auto num_sequences = static_cast<std::size_t>(scored.end - scored.begin);
  GroupSums training(num_sequences);
  GroupSums validation(num_sequences);
  const auto stride = static_cast<std::size_t>(task.axis.num_sequences());
  for (int p = 0; p < task.magnitudes.num_pixels; ++p) {
    const auto pixel = static_cast<std::size_t>(p);
    const bool held_out = !task.is_validation.empty() && task.is_validation[pixel] != 0;
    add_pixel(task, scored, task.magnitudes.row(p).data() + task.axis.target_end(0, parameter),
              forecast.data() + pixel * stride, held_out ? validation : training);
  }
  return {.num_sequences = scored.end - scored.begin,
          .all = group_score(both(training, validation), task.scale),
          .training = group_score(training, task.scale),
          .validation = group_score(validation, task.scale)};
}

template ForecastScore score_forecast(const ScoreTask&, const PredictionParameter&,
                                      std::span<const float>);
template ForecastScore score_forecast(const ScoreTask&, const PredictionParameter&,
                                      std::span<const double>);

}  // namespace sciwright::earthquake
