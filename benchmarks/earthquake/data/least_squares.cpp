#include "earthquake/data/least_squares.h"

#include <utility>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

namespace sciwright::earthquake {
namespace {

/// The normal equations of columns scaled to unit variance.
struct ScaledProblem {
  Eigen::VectorXd inverse_scale;  ///< 0 for a constant column.
  Eigen::MatrixXd correlation;
  Eigen::VectorXd right;
};

ScaledProblem scaled_problem(const RegressionSums& sums) {
  const Eigen::MatrixXd products = sums.centred_products();
  const Eigen::Index n = products.rows() - 1;
  ScaledProblem out{.inverse_scale = Eigen::VectorXd::Zero(n), .correlation = {}, .right = {}};
  for (Eigen::Index i = 0; i < n; ++i) {
    if (products(i, i) > 0) out.inverse_scale(i) = 1 / std::sqrt(products(i, i));
  }
  out.correlation = out.inverse_scale.asDiagonal() * products.topLeftCorner(n, n) *
                    out.inverse_scale.asDiagonal();
  out.right = out.inverse_scale.asDiagonal() * products.topRightCorner(n, 1);
  return out;
}

/// Undoes the scaling and finds the intercept.
LinearModel unscaled(const RegressionSums& sums, const ScaledProblem& problem,
                     const Eigen::VectorXd& scaled_coefficients, int rank) {
  LinearModel model{.coefficients = problem.inverse_scale.asDiagonal() * scaled_coefficients,
                    .rank = rank};
  const Eigen::VectorXd means = sums.means();
  const Eigen::Index n = model.coefficients.size();
  model.intercept = means(n) - model.coefficients.dot(means.head(n));
  return model;
}

LinearModel without_rows(const RegressionSums& sums) {
  return {.coefficients = Eigen::VectorXd::Zero(sums.num_columns() - 1)};
}

}  // namespace

RegressionSums::RegressionSums(Eigen::RowVectorXd shift)
    : shift_(std::move(shift)),
      sums_(Eigen::VectorXd::Zero(shift_.size())),
      products_(Eigen::MatrixXd::Zero(shift_.size(), shift_.size())) {}

void RegressionSums::add(const Eigen::MatrixXd& rows) {
  const Eigen::MatrixXd shifted = rows.rowwise() - shift_;
  count_ += static_cast<double>(rows.rows());
  sums_ += shifted.colwise().sum().transpose();
  products_.selfadjointView<Eigen::Lower>().rankUpdate(shifted.transpose());
}

void RegressionSums::merge(const RegressionSums& other, double weight) {
  count_ += weight * other.count_;
  sums_ += weight * other.sums_;
  products_ += weight * other.products_;
}

Eigen::VectorXd RegressionSums::means() const { return shift_.transpose() + sums_ / count_; }

Eigen::MatrixXd RegressionSums::centred_products() const {
  const Eigen::MatrixXd products = products_.selfadjointView<Eigen::Lower>();
  return products - sums_ * sums_.transpose() / count_;
}

LinearModel fit_least_squares(const RegressionSums& sums) {
  if (sums.count() == 0) return without_rows(sums);
  const ScaledProblem problem = scaled_problem(sums);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(problem.correlation);
  const Eigen::VectorXd& values = eigen.eigenvalues();
  const Eigen::Index n = values.size();
  Eigen::VectorXd coefficients = Eigen::VectorXd::Zero(n);
  int rank = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    if (values(i) <= kRankTolerance * values(n - 1)) continue;
    const Eigen::VectorXd direction = eigen.eigenvectors().col(i);
    coefficients += direction * (direction.dot(problem.right) / values(i));
    ++rank;
  }
  return unscaled(sums, problem, coefficients, rank);
}

LinearModel fit_ridge(const RegressionSums& sums, double penalty) {
  if (sums.count() == 0) return without_rows(sums);
  ScaledProblem problem = scaled_problem(sums);
  const int num_varying = static_cast<int>((problem.inverse_scale.array() > 0).count());
  problem.correlation.diagonal().array() += penalty;
  return unscaled(sums, problem, problem.correlation.llt().solve(problem.right), num_varying);
}

}  // namespace sciwright::earthquake
