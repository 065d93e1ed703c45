#pragma once

#include <vector>

namespace sciwright::cloudmask {

/// Values known at the points of a rectangular grid.
class TiePoints final {
 public:
  /// `x_m` along columns and `y_m` along rows, each strictly rising or falling; `values` is [rows,
  /// columns].
  TiePoints(std::vector<double> x_m, std::vector<double> y_m, std::vector<double> values);

  /// Linear between the four points around a place, constant beyond the grid.
  double at(double x_m, double y_m) const;

 private:
  std::vector<double> x_m_;
  std::vector<double> y_m_;
  std::vector<double> values_;
};

}  // namespace sciwright::cloudmask
