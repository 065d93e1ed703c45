#include "earthquake/data/least_squares.h"

#include <gtest/gtest.h>

namespace sciwright::earthquake {
namespace {

LinearModel fit(const Eigen::MatrixXd& rows) {
  RegressionSums sums(rows.row(0));
  sums.add(rows);
  return fit_least_squares(sums);
}

TEST(LeastSquares, FindsThePlaneThroughThePoints) {
  Eigen::MatrixXd rows(4, 3);
  rows << 0, 0, 1, 1, 0, 3, 0, 1, 0, 1, 1, 2;  // y = 1 + 2 a - b
  const LinearModel model = fit(rows);
  EXPECT_NEAR(model.intercept, 1, 1e-12);
  EXPECT_NEAR(model.coefficients(0), 2, 1e-12);
  EXPECT_NEAR(model.coefficients(1), -1, 1e-12);
  EXPECT_EQ(model.rank, 2);
}

TEST(LeastSquares, IgnoresAConstantColumn) {
  Eigen::MatrixXd rows(3, 3);
  rows << 0, 0.7, 1, 1, 0.7, 3, 2, 0.7, 5;
  const LinearModel model = fit(rows);
  EXPECT_EQ(model.coefficients(1), 0);
  EXPECT_NEAR(model.intercept, 1, 1e-12);
  EXPECT_EQ(model.rank, 1);
}

TEST(LeastSquares, SharesAmongCollinearColumns) {
  Eigen::MatrixXd rows(3, 3);
  rows << 0, 0, 1, 1, 1, 3, 2, 2, 5;  // y = 1 + 2 a with b = a
  const LinearModel model = fit(rows);
  EXPECT_EQ(model.rank, 1);
  EXPECT_NEAR(model.coefficients(0), 1, 1e-12);
  EXPECT_NEAR(model.coefficients(1), 1, 1e-12);
}

TEST(LeastSquares, KeepsDigitsFarFromZero) {
  Eigen::MatrixXd rows(3, 2);
  rows << 1e8, 5, 1e8 + 1, 7, 1e8 + 2, 9;
  EXPECT_NEAR(fit(rows).coefficients(0), 2, 1e-9);
}

TEST(LeastSquares, MergedSumsAreTheSumsOfAllRows) {
  Eigen::MatrixXd rows(4, 2);
  rows << 1, 2, 2, 3, 3, 5, 4, 4;
  RegressionSums first(rows.row(0));
  RegressionSums second = first;
  first.add(rows.topRows(2));
  second.add(rows.bottomRows(2));
  first.merge(second);
  const LinearModel parts = fit_least_squares(first);
  EXPECT_NEAR(parts.coefficients(0), 0.8, 1e-12);
  EXPECT_NEAR(parts.intercept, 1.5, 1e-12);
}

TEST(LeastSquares, WithoutRowsIsZero) {
  const LinearModel model = fit_least_squares(RegressionSums(Eigen::RowVectorXd::Zero(3)));
  EXPECT_EQ(model.intercept, 0);
  EXPECT_EQ(model.rank, 0);
}

TEST(LeastSquares, MergesRowsByTheirWeight) {
  Eigen::MatrixXd rows(3, 2);
  rows << 0, 0, 1, 1, 1, 4;  // The last row counts twice: the mean at 1 is 3.
  RegressionSums sums(rows.row(0));
  RegressionSums last = sums;
  sums.add(rows.topRows(2));
  last.add(rows.bottomRows(1));
  sums.merge(last, 2);
  EXPECT_NEAR(fit_least_squares(sums).coefficients(0), 3, 1e-12);
}

TEST(Ridge, ShrinksTowardsTheMean) {
  Eigen::MatrixXd rows(4, 4);
  rows << 0, 0, 0.7, 1, 1, 0, 0.7, 3, 0, 1, 0.7, 0, 1, 1, 0.7, 2;  // y = 1 + 2 a - b, a ⟂ b.
  RegressionSums sums(rows.row(0));
  sums.add(rows);
  const LinearModel model = fit_ridge(sums, 0.25);
  EXPECT_NEAR(model.coefficients(0), 2 / 1.25, 1e-12);
  EXPECT_NEAR(model.coefficients(1), -1 / 1.25, 1e-12);
  EXPECT_EQ(model.coefficients(2), 0);
  EXPECT_NEAR(model.intercept, 1.5 - 0.8 + 0.4, 1e-12);
}

}  // namespace
}  // namespace sciwright::earthquake
