#include "earthquake/data/nowcast.h"

#include <cmath>
#include <iterator>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "base/parallel_for.h"
#include "earthquake/data/nowcast_features.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

constexpr int kRawWindows[] = {1, 2, 4, 7, 13, 26};
/// Magnitudes an unknown fortnight may have above an empty one: the regression forms from them the
/// mean over what is likely.
constexpr double kFillMagnitudes[] = {0, 0.5, 1, 1.5, 2, 2.5, 3};
constexpr int kLongestWindow = 26;
/// Flat optima: of the validation period 2005–2014 (honest), of the fit itself (compat).
constexpr double kHonestPenalty = 0.1;
constexpr double kCompatPenalty = 1e-3;
/// Added to a pixel's variance, in mean variances, so that quiet pixels do not rule the fit.
constexpr double kVarianceFloor = 0.1;
/// ln E = 1.5 ln 10 · m.
const double kLogEnergy = 1.5 * std::log(10.0);

/// May the fit know the pixels' mean levels over the period that is scored?
bool knows_levels(ProtocolKind protocol) { return protocol == ProtocolKind::kCompat; }
bool knows_levels(const NowcastTask& task) { return knows_levels(task.data.protocol.kind); }

Eigen::VectorXd at_last_inputs(const NowcastTask& task, std::span<const double> series) {
  const SequenceAxis& axis = task.data.protocol.axis;
  return Eigen::Map<const Eigen::VectorXd>(series.data() + axis.last_input(0),
                                           axis.num_sequences());
}

Eigen::VectorXd magnitudes_of(const Eigen::VectorXd& energies) {
  return energies.array().log() / kLogEnergy;
}

/// What is known of one pixel's target, per sequence.
struct Base {
  Eigen::VectorXd known;     ///< Energy of the fortnights the inputs hold.
  Eigen::VectorXd forecast;  ///< With the mean so far for the others.
  Eigen::VectorXd unknown_fraction;
};

Base base_of(const NowcastTask& task, const PredictionParameter& parameter, int pixel) {
  const std::span<const double> energy = task.data.history.energy.row(pixel);
  std::vector<double> magnitudes = window_energy_from_start(energy, parameter.unknown());
  scale_energies(magnitudes, MagnitudeTransform::kNone);
  Base base;
  base.forecast = at_last_inputs(task, expanding_mean(magnitudes));
  if (parameter.shared() == 0) return base;
  base.known = at_last_inputs(task, window_energy_from_start(energy, parameter.shared()));
  const Eigen::VectorXd unknown = (kLogEnergy * base.forecast.array()).exp();
  const Eigen::VectorXd sum = base.known + unknown;
  base.forecast = magnitudes_of(sum);
  base.unknown_fraction = unknown.cwiseQuotient(sum);
  return base;
}

/// Fills the columns of a matrix from the left.
class ColumnBlocks final {
 public:
  explicit ColumnBlocks(Eigen::Ref<Eigen::MatrixXd> columns) : columns_(columns) {}

  Eigen::Ref<Eigen::MatrixXd> next(Eigen::Index count) {
    used_ += count;
    return columns_.middleCols(used_ - count, count);
  }

 private:
  Eigen::Ref<Eigen::MatrixXd> columns_;
  Eigen::Index used_ = 0;
};

/// The pixel's means over the fit period less those known so far.
void write_levels(const NowcastTask& task, int pixel, Eigen::Ref<Eigen::MatrixXd> columns) {
  for (int i = 0; i < kTargetsPerStep; ++i) {
    const auto magnitude = task.data.history.magnitude(kTargetWindows[i]).row(pixel);
    columns.col(i) =
        task.means.at(pixel, i) - at_last_inputs(task, expanding_mean(magnitude)).array();
  }
}

void write_features(const NowcastTask& task, int pixel, Eigen::Ref<Eigen::MatrixXd> columns) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const int first = task.data.protocol.axis.last_input(0) - kDroppedFortnights;
  columns = Eigen::Map<const RowMajor>(task.features.at(pixel, first).data(), columns.rows(),
                                       columns.cols())
                .cast<double>();
}

/// The columns that only a target that is known in part has.
void write_overlap(const NowcastTask& task, const PredictionParameter& parameter, int pixel,
                   const Base& base, ColumnBlocks& blocks) {
  blocks.next(1) = base.unknown_fraction;
  for (const double magnitude : kFillMagnitudes) {
    const double fill = kDaysPerFortnight * parameter.unknown() * std::exp(kLogEnergy * magnitude);
    blocks.next(1) = magnitudes_of(base.known.array() + fill) - base.forecast;
  }
  if (!knows_levels(task)) return;
  const auto window = task.data.history.magnitude(parameter.window).row(pixel);
  blocks.next(1) = at_last_inputs(task, expanding_mean(window)) - base.forecast;
}

/// Fills the columns of one pixel, [sequences, columns].
void write_columns(const NowcastTask& task, const PredictionParameter& parameter, int pixel,
                   const Base& base, Eigen::Ref<Eigen::MatrixXd> columns) {
  const bool overlaps = parameter.shared() > 0;
  const bool levels = knows_levels(task);
  ColumnBlocks blocks(columns);
  write_features(task, pixel, blocks.next(kNumNowcastFeatures));
  if (overlaps && levels) write_levels(task, pixel, blocks.next(std::ssize(kTargetWindows)));
  if (overlaps) {
    const Eigen::Index count = kNumNowcastFeatures + (levels ? std::ssize(kTargetWindows) : 0);
    columns.leftCols(count).array().colwise() *= base.unknown_fraction.array();
    write_overlap(task, parameter, pixel, base, blocks);
  }
  if (!levels) return;
  write_levels(task, pixel, blocks.next(std::ssize(kTargetWindows)));
  for (const int window : kRawWindows) {
    blocks.next(1) =
        at_last_inputs(task, task.data.history.magnitude(window).row(pixel)) - base.forecast;
  }
}

Eigen::VectorXd fit_targets(const NowcastTask& task, const PredictionParameter& parameter,
                            int pixel) {
  const SequenceAxis& axis = task.data.protocol.axis;
  const SequenceRange range = sequences_for(task.data.protocol.fit, axis, parameter);
  const auto magnitude = task.data.history.magnitude(parameter.window).row(pixel);
  return Eigen::Map<const Eigen::VectorXd>(
      magnitude.data() + axis.target_end(range.begin, parameter), range.count());
}

/// Rows [columns, target − base] of the pixel's sequences in the fit period.
Eigen::MatrixXd fit_rows(const NowcastTask& task, const PredictionParameter& parameter, int pixel,
                         Eigen::Index num_columns) {
  const SequenceAxis& axis = task.data.protocol.axis;
  const Base base = base_of(task, parameter, pixel);
  Eigen::MatrixXd rows(axis.num_sequences(), num_columns + 1);
  write_columns(task, parameter, pixel, base, rows.leftCols(num_columns));
  const SequenceRange range = sequences_for(task.data.protocol.fit, axis, parameter);
  rows.col(num_columns).segment(range.begin, range.count()) =
      fit_targets(task, parameter, pixel) - base.forecast.segment(range.begin, range.count());
  return rows.middleRows(range.begin, range.count());
}

std::vector<int> fit_pixels(const NowcastTask& task) {
  std::vector<int> pixels = task.data.fit_pixels;
  if (pixels.empty()) {
    pixels.resize(static_cast<std::size_t>(task.data.history.num_pixels()));
    std::iota(pixels.begin(), pixels.end(), 0);
  }
  return pixels;
}

/// What a pixel's rows count: the inverse of its targets' variance.
std::vector<double> weights(const NowcastTask& task, const PredictionParameter& parameter,
                            const std::vector<int>& pixels) {
  std::vector<double> variances;
  for (const int pixel : pixels) {
    const Eigen::VectorXd target = fit_targets(task, parameter, pixel);
    variances.push_back((target.array() - target.mean()).square().mean());
  }
  const double floor = kVarianceFloor * std::reduce(variances.begin(), variances.end()) /
                       static_cast<double>(variances.size());
  for (double& value : variances) value = floor > 0 ? 1 / (value + floor) : 1;
  return variances;
}

/// Fits the rows of some pixels. Each pixel is summed by itself and added in order: the result does
/// not depend on the number of threads.
LinearModel fit_rows_of(const NowcastTask& task, const NowcastModel& model,
                        const std::vector<int>& pixels) {
  const auto rows_of = [&](int pixel) {
    return fit_rows(task, model.parameter, pixel, std::ssize(model.columns));
  };
  const RegressionSums empty(rows_of(pixels.front()).row(0));
  std::vector<RegressionSums> of_pixel(pixels.size(), empty);
  parallel_for(pixels.size(), task.data.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) of_pixel[i].add(rows_of(pixels[i]));
  });
  const std::vector<double> weight = weights(task, model.parameter, pixels);
  RegressionSums total = empty;
  for (std::size_t i = 0; i < pixels.size(); ++i) total.merge(of_pixel[i], weight[i]);
  return fit_ridge(total, model.penalty);
}

}  // namespace

std::vector<std::string> nowcast_columns(ProtocolKind protocol,
                                         const PredictionParameter& parameter) {
  const bool levels = knows_levels(protocol);
  const bool overlaps = parameter.shared() > 0;
  std::vector<std::string> names = nowcast_feature_names();
  const auto add = [&](const char* prefix, const auto& numbers) {
    for (const auto number : numbers) names.push_back(fmt::format("{} {}", prefix, number));
  };
  if (overlaps && levels) add("level", kTargetWindows);
  if (overlaps) {
    for (std::string& name : names) name = "unknown x " + name;
    names.emplace_back("unknown");
    add("fill", kFillMagnitudes);
    if (levels) names.emplace_back("mean window");
  }
  if (levels) {
    add("level", kTargetWindows);
    add("now", kRawWindows);
  }
  return names;
}

NowcastModel fit_nowcast(const NowcastTask& task, const PredictionParameter& parameter) {
  if (parameter.window > kLongestWindow) {
    throw Error(ErrorKind::kFailure,
                fmt::format("nowcast: {} has a window of {} fortnights, it can be {} at most.",
                            parameter.name, parameter.window, kLongestWindow));
  }
  const std::vector<int> pixels = fit_pixels(task);
  const SequenceRange range =
      sequences_for(task.data.protocol.fit, task.data.protocol.axis, parameter);
  NowcastModel model{.parameter = parameter,
                     .columns = nowcast_columns(task.data.protocol.kind, parameter),
                     .penalty = knows_levels(task) ? kCompatPenalty : kHonestPenalty,
                     .num_rows = std::int64_t{range.count()} * std::ssize(pixels),
                     .linear = {}};
  if (model.num_rows > 0) {
    model.linear = fit_rows_of(task, model, pixels);
  } else {  // Nothing to learn from: the base it is.
    model.linear.coefficients = Eigen::VectorXd::Zero(std::ssize(model.columns));
  }
  return model;
}

Forecast nowcast_forecast(const NowcastTask& task, const NowcastModel& model) {
  Forecast forecast(task.data.history.num_pixels(), task.data.protocol.axis.num_sequences());
  const auto forecast_pixel = [&](int pixel) {
    const Base base = base_of(task, model.parameter, pixel);
    Eigen::MatrixXd columns(forecast.num_times, model.linear.coefficients.size());
    write_columns(task, model.parameter, pixel, base, columns);
    const Eigen::VectorXd correction = columns * model.linear.coefficients;
    Eigen::Map<Eigen::VectorXf>(forecast.row(pixel).data(), forecast.num_times) =
        (base.forecast.array() + model.linear.intercept + correction.array()).cast<float>();
  };
  parallel_for(static_cast<std::size_t>(forecast.num_pixels), task.data.num_threads,
               [&](std::size_t begin, std::size_t end) {
                 for (int p = static_cast<int>(begin); p < static_cast<int>(end); ++p) {
                   forecast_pixel(p);
                 }
               });
  return forecast;
}

}  // namespace sciwright::earthquake
