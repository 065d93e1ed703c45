#include "cloudmask/data/tie_points.h"

#include <algorithm>
#include <cmath>

namespace sciwright::cloudmask {
namespace {

/// The two points of an axis beside a coordinate and the part of the way to the second.
struct Between {
  std::size_t first;
  std::size_t second;
  double part;
};

Between between(const std::vector<double>& axis, double coordinate) {
  const bool rises = axis.back() >= axis.front();
  const auto after = std::upper_bound(axis.begin(), axis.end(), coordinate,
                                      [&](double a, double b) { return rises ? a < b : a > b; });
  const auto second = static_cast<std::size_t>(after - axis.begin());
  if (second == 0) return {0, 0, 0};
  if (second == axis.size()) return {second - 1, second - 1, 0};
  const std::size_t first = second - 1;
  return {first, second, (coordinate - axis[first]) / (axis[second] - axis[first])};
}

double mix(double a, double b, double part) { return part == 0 ? a : a + part * (b - a); }

}  // namespace

TiePoints::TiePoints(std::vector<double> x_m, std::vector<double> y_m, std::vector<double> values)
    : x_m_(std::move(x_m)), y_m_(std::move(y_m)), values_(std::move(values)) {}

double TiePoints::at(double x_m, double y_m) const {
  const Between x = between(x_m_, x_m);
  const Between y = between(y_m_, y_m);
  const double* above = values_.data() + y.first * x_m_.size();
  const double* below = values_.data() + y.second * x_m_.size();
  return mix(mix(above[x.first], above[x.second], x.part),
             mix(below[x.first], below[x.second], x.part), y.part);
}

}  // namespace sciwright::cloudmask
