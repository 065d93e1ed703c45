#include "earthquake/data/baselines.h"

#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

#include "base/parallel_for.h"
#include "earthquake/data/daily_bins.h"
#include "earthquake/data/windows.h"

namespace sciwright::earthquake {
namespace {

using Row = std::span<float>;  // The forecasts of one pixel, one per sequence.

/// Calls `fill(pixel, forecasts)` for every pixel, in parallel.
Forecast for_each_pixel(const BaselineTask& task, const std::function<void(int, Row)>& fill) {
  Forecast forecast(task.history.num_pixels(), task.protocol.axis.num_sequences());
  parallel_for(static_cast<std::size_t>(forecast.num_pixels), task.num_threads,
               [&](std::size_t begin, std::size_t end) {
                 for (int p = static_cast<int>(begin); p < static_cast<int>(end); ++p) {
                   fill(p, forecast.row(p));
                 }
               });
  return forecast;
}

/// The mean of values[begin … end), `otherwise` when there is none.
double mean_between(std::span<const double> values, int begin, int end, double otherwise) {
  if (end <= begin) return otherwise;
  const double sum = std::accumulate(values.begin() + begin, values.begin() + end, 0.0);
  return sum / (end - begin);
}

/// The fortnights whose values a fit may use; an axis may be longer than the data.
Period fit_period(const BaselineTask& task) {
  Period fit = task.protocol.fit;
  fit.end = std::min(fit.end, task.history.num_fortnights());
  return fit;
}

/// A pixel's mean of a window over the fortnights in which the fit's targets end.
double fit_target_mean(const BaselineTask& task, int pixel, int window, int step) {
  const SequenceAxis& axis = task.protocol.axis;
  const int first = std::max(axis.last_input(0) + step, window - 1);
  return mean_between(task.history.magnitude(window).row(pixel), first, fit_period(task).end,
                      empty_magnitude(window));
}

/// The target's magnitude from its known fortnights, with `unknown_energy` in each other one.
void overlap_forecast(const BaselineTask& task, const PredictionParameter& parameter, int pixel,
                      double unknown_energy, std::span<double> magnitudes) {
  const std::span<const double> energy = task.history.energy.row(pixel);
  std::vector<double> known(energy.size(), 0.0);
  if (parameter.shared() > 0) window_energy(energy, parameter.shared(), known);
  const auto first = static_cast<std::size_t>(task.protocol.axis.last_input(0));
  for (std::size_t s = 0; s < magnitudes.size(); ++s) {
    magnitudes[s] = known[first + s] + parameter.unknown() * unknown_energy;
  }
  scale_energies(magnitudes, MagnitudeTransform::kNone);
}

Forecast overlap(const BaselineTask& task, const PredictionParameter& parameter,
                 const std::function<double(int pixel)>& unknown_energy) {
  return for_each_pixel(task, [&](int pixel, Row row) {
    std::vector<double> magnitudes(row.size());
    overlap_forecast(task, parameter, pixel, unknown_energy(pixel), magnitudes);
    std::transform(magnitudes.begin(), magnitudes.end(), row.begin(),
                   [](double m) { return static_cast<float>(m); });
  });
}

/// Regressors of one pixel: fills [sequences, columns].
using Regressors = std::function<void(int pixel, Eigen::Ref<Eigen::MatrixXd> columns)>;

/// Rows [regressors, target] of the pixel's sequences in the fit period.
Eigen::MatrixXd fit_rows(const BaselineTask& task, const PredictionParameter& parameter, int pixel,
                         const Eigen::MatrixXd& columns) {
  const SequenceAxis& axis = task.protocol.axis;
  const SequenceRange range = sequences_for(fit_period(task), axis, parameter);
  Eigen::MatrixXd rows(range.count(), columns.cols() + 1);
  rows.leftCols(columns.cols()) = columns.middleRows(range.begin, range.count());
  const std::span<const double> target = task.history.magnitude(parameter.window).row(pixel);
  for (int i = 0; i < range.count(); ++i) {
    rows(i, columns.cols()) =
        target[static_cast<std::size_t>(axis.target_end(range.begin + i, parameter))];
  }
  return rows;
}

/// Fits all fit pixels together; nothing where there is nothing to learn from.
std::optional<LinearModel> pooled_fit(const BaselineTask& task,
                                      const PredictionParameter& parameter, int num_columns,
                                      const Regressors& regressors) {
  std::vector<int> pixels = task.fit_pixels;
  if (pixels.empty()) {
    pixels.resize(static_cast<std::size_t>(task.history.num_pixels()));
    std::iota(pixels.begin(), pixels.end(), 0);
  }
  const auto rows_of = [&](int pixel) {
    Eigen::MatrixXd columns(task.protocol.axis.num_sequences(), num_columns);
    regressors(pixel, columns);
    return fit_rows(task, parameter, pixel, columns);
  };
  const Eigen::MatrixXd first_rows = rows_of(pixels.front());
  if (first_rows.rows() == 0) return std::nullopt;
  // One sum per pixel, merged in order: the result does not depend on the number of threads.
  const RegressionSums empty(first_rows.row(0));
  std::vector<RegressionSums> of_pixel(pixels.size(), empty);
  parallel_for(pixels.size(), task.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) of_pixel[i].add(rows_of(pixels[i]));
  });
  RegressionSums total = empty;
  for (const RegressionSums& sums : of_pixel) total.merge(sums);
  return fit_least_squares(total);
}

Forecast linear_forecast(const BaselineTask& task, const LinearModel& model,
                         const Regressors& regressors) {
  return for_each_pixel(task, [&](int pixel, Row row) {
    Eigen::MatrixXd columns(std::ssize(row), model.coefficients.size());
    regressors(pixel, columns);
    Eigen::Map<Eigen::VectorXf>(row.data(), std::ssize(row)) =
        ((columns * model.coefficients).array() + model.intercept).cast<float>();
  });
}

/// A series of fortnights as a column over the sequences: its values at their last inputs.
template <class T>
auto at_last_inputs(const PixelSeries<T>& series, int pixel, const SequenceAxis& axis) {
  return Eigen::Map<const Eigen::VectorX<T>>(series.row(pixel).data() + axis.last_input(0),
                                             axis.num_sequences());
}

Regressors autoregressors(const BaselineTask& task, const Autoregression& model) {
  return [&task, &model](int pixel, Eigen::Ref<Eigen::MatrixXd> columns) {
    constexpr int kNowWindows[] = {1, 2, 4, 7, 13, 26};
    Eigen::Index column = 0;
    for (const int window : kNowWindows) {
      columns.col(column++) =
          at_last_inputs(task.history.magnitude(window), pixel, task.protocol.axis);
    }
    for (const double mean : model.means.row(pixel)) columns.col(column++).setConstant(mean);
    overlap_forecast(task, model.parameter, pixel, kDaysPerFortnight,
                     {columns.col(column).data(), static_cast<std::size_t>(columns.rows())});
  };
}

}  // namespace

Forecast climatology(const BaselineTask& task, const PredictionParameter& parameter) {
  const int window = parameter.window;
  const int first_known = std::max(kDroppedFortnights, window - 1);
  return for_each_pixel(task, [&](int pixel, Row row) {
    const std::span<const double> magnitude = task.history.magnitude(window).row(pixel);
    double sum = 0;
    int next = first_known;
    for (std::size_t s = 0; s < row.size(); ++s) {
      const int last_input = task.protocol.axis.last_input(static_cast<int>(s));
      for (; next <= last_input; ++next) sum += magnitude[static_cast<std::size_t>(next)];
      const int count = next - first_known;
      row[s] = static_cast<float>(count > 0 ? sum / count : empty_magnitude(window));
    }
  });
}

Forecast persistence(const BaselineTask& task, const PredictionParameter& parameter) {
  return for_each_pixel(task, [&](int pixel, Row row) {
    const auto now =
        at_last_inputs(task.history.magnitude(parameter.window), pixel, task.protocol.axis);
    for (std::size_t s = 0; s < row.size(); ++s) {
      const double magnitude = now(static_cast<Eigen::Index>(s));
      // A window that reaches back before the data: nothing is known yet.
      row[s] =
          static_cast<float>(std::isnan(magnitude) ? empty_magnitude(parameter.window) : magnitude);
    }
  });
}

Forecast overlap_floor(const BaselineTask& task, const PredictionParameter& parameter) {
  return overlap(task, parameter, [](int) { return double{kDaysPerFortnight}; });
}

Forecast overlap_mean(const BaselineTask& task, const PredictionParameter& parameter) {
  return overlap(task, parameter, [&](int pixel) {
    return energy_of_magnitude(mean_between(task.history.magnitude(1).row(pixel),
                                            kDroppedFortnights, fit_period(task).end,
                                            empty_magnitude(1)));
  });
}

Autoregression fit_autoregression(const BaselineTask& task, const PredictionParameter& parameter) {
  Autoregression model{
      .parameter = parameter, .means = {task.history.num_pixels(), kTargetsPerStep}, .linear = {}};
  for (int p = 0; p < model.means.num_pixels; ++p) {
    for (int i = 0; i < kTargetsPerStep; ++i) {
      model.means.at(p, i) = fit_target_mean(task, p, kTargetWindows[i], parameter.step);
    }
  }
  if (auto fit = pooled_fit(task, parameter, kAutoregressionColumns, autoregressors(task, model))) {
    model.linear = *std::move(fit);
  } else {
    model.linear.coefficients = Eigen::VectorXd::Unit(kAutoregressionColumns,  // overlap_floor
                                                      kAutoregressionColumns - 1);
  }
  return model;
}

Forecast autoregression_forecast(const BaselineTask& task, const Autoregression& model) {
  return linear_forecast(task, model.linear, autoregressors(task, model));
}

Forecast linear_autoregression(const BaselineTask& task, const PredictionParameter& parameter) {
  return autoregression_forecast(task, fit_autoregression(task, parameter));
}

Forecast ema_nowcast(const BaselineTask& task, const PredictionParameter& parameter) {
  const std::vector<PixelSeries<float>>& rates = task.history.log_rates;
  const Regressors regressors = [&](int pixel, Eigen::Ref<Eigen::MatrixXd> columns) {
    for (std::size_t i = 0; i < rates.size(); ++i) {
      columns.col(static_cast<Eigen::Index>(i)) =
          at_last_inputs(rates[i], pixel, task.protocol.axis).template cast<double>();
    }
  };
  const auto fit = pooled_fit(task, parameter, static_cast<int>(rates.size()), regressors);
  return fit ? linear_forecast(task, *fit, regressors) : overlap_floor(task, parameter);
}

Forecast training_mean(const BaselineTask& task, const PredictionParameter& parameter) {
  return for_each_pixel(task, [&](int pixel, Row row) {
    const double mean = fit_target_mean(task, pixel, parameter.window, parameter.step);
    std::fill(row.begin(), row.end(), static_cast<float>(mean));
  });
}

const std::vector<Baseline>& baselines() {
  static const std::vector<Baseline> kBaselines = {{"climatology", climatology},
                                                   {"persistence", persistence},
                                                   {"overlap_floor", overlap_floor},
                                                   {"overlap_mean", overlap_mean},
                                                   {"linear_autoregression", linear_autoregression},
                                                   {"ema_nowcast", ema_nowcast},
                                                   {"training_mean", training_mean}};
  return kBaselines;
}

}  // namespace sciwright::earthquake
