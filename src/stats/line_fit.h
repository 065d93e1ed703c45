#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/bootstrap.h"

namespace sciwright::stats {

/// A straight line through points by least squares.
struct LineFit {
  double intercept = 0;
  double slope = 0;
  std::size_t num = 0;
  double mean_x = 0;
  double sum_squares_x = 0;                       ///< Of x around its mean.
  std::optional<double> residual_deviation = {};  ///< With n − 2; from three points on.

  double at(double x) const { return intercept + slope * x; }
};

/// Fits at least two points; nothing where they all have one x.
std::optional<LineFit> fit_line(std::span<const double> x, std::span<const double> y);

/// Where one further measurement at `x` lies (Student's t, n − 2 degrees of freedom). Nothing for a
/// line through two points.
std::optional<Interval> prediction_interval(const LineFit& fit, double x, double confidence = 0.95);

}  // namespace sciwright::stats
