#pragma once

#include <Eigen/Core>

namespace sciwright::earthquake {

/// The sums an ordinary least-squares fit needs, over rows [x_1 … x_n, y] from which a common
/// shift was taken so that no digits are lost.
class RegressionSums final {
 public:
  /// Rows have `shift.size()` columns, the last one is y. A good shift is any row of the data.
  explicit RegressionSums(Eigen::RowVectorXd shift);

  /// Adds all rows; `rows` is [rows, n + 1].
  void add(const Eigen::MatrixXd& rows);
  /// Adds the sums of other rows with the same shift, each of them `weight` times.
  void merge(const RegressionSums& other, double weight = 1);

  Eigen::Index num_columns() const { return shift_.size(); }
  /// Rows, or their weights.
  double count() const { return count_; }
  /// Means of the columns.
  Eigen::VectorXd means() const;
  /// Sums of products about the means, [n + 1, n + 1].
  Eigen::MatrixXd centred_products() const;

 private:
  Eigen::RowVectorXd shift_;
  double count_ = 0;
  Eigen::VectorXd sums_;
  Eigen::MatrixXd products_;  ///< Only the lower triangle.
};

/// y ≈ intercept + coefficients · x.
struct LinearModel {
  double intercept = 0;
  Eigen::VectorXd coefficients;
  int rank = 0;  ///< Independent columns (ridge: not constant ones), the intercept not counted.
};

/// Eigenvalues of the correlation matrix below this fraction of the largest count as zero.
inline constexpr double kRankTolerance = 1e-10;

/// The ordinary least-squares fit of the columns scaled to unit variance; constant columns get
/// coefficient 0, collinear ones the solution of smallest norm. Without rows everything is 0.
LinearModel fit_least_squares(const RegressionSums& sums);

/// Ridge regression (Hoerl and Kennard 1970) of the columns scaled to unit variance: `penalty` (>
/// 0) is added to the diagonal of their correlation matrix. The intercept is not penalised;
/// constant columns get coefficient 0. Without rows everything is 0.
LinearModel fit_ridge(const RegressionSums& sums, double penalty);

}  // namespace sciwright::earthquake
