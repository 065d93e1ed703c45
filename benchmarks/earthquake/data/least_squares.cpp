#include "earthquake/data/least_squares.h"

#include <utility>

#include <Eigen/Eigenvalues>

namespace sciwright::earthquake {

RegressionSums::RegressionSums(Eigen::RowVectorXd shift)
    : shift_(std::move(shift)),
      sums_(Eigen::VectorXd::Zero(shift_.size())),
      products_(Eigen::MatrixXd::Zero(shift_.size(), shift_.size())) {}

void RegressionSums::add(const Eigen::MatrixXd& rows) {
  const Eigen::MatrixXd shifted = rows.rowwise() - shift_;
  count_ += static_cast<double>(rows.rows());
  sums_ += shifted.colwise().sum().transpose();
  products_.noalias() += shifted.transpose() * shifted;
}

void RegressionSums::merge(const RegressionSums& other) {
  count_ += other.count_;
  sums_ += other.sums_;
  products_ += other.products_;
}

Eigen::VectorXd RegressionSums::means() const { return shift_.transpose() + sums_ / count_; }

Eigen::MatrixXd RegressionSums::centred_products() const {
  return products_ - sums_ * sums_.transpose() / count_;
}

LinearModel fit_least_squares(const RegressionSums& sums) {
  const Eigen::Index n = sums.means().size() - 1;
  LinearModel model{.coefficients = Eigen::VectorXd::Zero(n)};
  if (sums.count() == 0) return model;
  const Eigen::MatrixXd products = sums.centred_products();
  const Eigen::VectorXd means = sums.means();
  Eigen::VectorXd inverse_scale(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    inverse_scale(i) = products(i, i) > 0 ? 1 / std::sqrt(products(i, i)) : 0;
  }
  const Eigen::MatrixXd correlation =
      inverse_scale.asDiagonal() * products.topLeftCorner(n, n) * inverse_scale.asDiagonal();
  const Eigen::VectorXd right = inverse_scale.asDiagonal() * products.topRightCorner(n, 1);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(correlation);
  const Eigen::VectorXd& values = eigen.eigenvalues();
  for (Eigen::Index i = 0; i < n; ++i) {
    if (values(i) <= kRankTolerance * values(n - 1)) continue;
    const Eigen::VectorXd direction = eigen.eigenvectors().col(i);
    model.coefficients += direction * (direction.dot(right) / values(i));
    ++model.rank;
  }
  model.coefficients = inverse_scale.asDiagonal() * model.coefficients;
  model.intercept = means(n) - model.coefficients.dot(means.head(n));
  return model;
}

}  // namespace sciwright::earthquake
