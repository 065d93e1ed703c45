#include "stats/line_fit.h"

#include <cmath>

#include <boost/math/distributions/complement.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "stats/mean.h"

namespace sciwright::stats {

std::optional<LineFit> fit_line(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 2) return {};
  const double mean_y = mean_of(y);
  LineFit fit{.num = x.size(), .mean_x = mean_of(x)};
  double products = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    fit.sum_squares_x += (x[i] - fit.mean_x) * (x[i] - fit.mean_x);
    products += (x[i] - fit.mean_x) * (y[i] - mean_y);
  }
  if (fit.sum_squares_x <= 0) return {};
  fit.slope = products / fit.sum_squares_x;
  fit.intercept = mean_y - fit.slope * fit.mean_x;
  if (fit.num > 2) {
    double squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      squares += (y[i] - fit.at(x[i])) * (y[i] - fit.at(x[i]));
    }
    fit.residual_deviation = std::sqrt(squares / static_cast<double>(fit.num - 2));
  }
  return fit;
}

std::optional<Interval> prediction_interval(const LineFit& fit, double x, double confidence) {
  if (!fit.residual_deviation) return {};
  const auto num = static_cast<double>(fit.num);
  const double distance = x - fit.mean_x;
  const double spread =
      *fit.residual_deviation * std::sqrt(1 + 1 / num + distance * distance / fit.sum_squares_x);
  const boost::math::students_t distribution(num - 2);
  const double reach = quantile(complement(distribution, (1 - confidence) / 2)) * spread;
  return Interval{fit.at(x) - reach, fit.at(x) + reach};
}

}  // namespace sciwright::stats
