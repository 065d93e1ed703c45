#include "stats/line_fit.h"

#include <array>

#include <gtest/gtest.h>

namespace sciwright::stats {
namespace {

// The expected numbers are those of scipy 1.10 (linregress, t.ppf).
TEST(LineFit, AgreesWithScipy) {
  const std::array<double, 5> x = {2, 4, 6, 8, 10};
  const std::array<double, 5> y = {5.1, 8.8, 13.2, 16.9, 21.3};
  const auto fit = fit_line(x, y);
  EXPECT_NEAR(fit->slope, 2.025, 1e-12);
  EXPECT_NEAR(fit->intercept, 0.91, 1e-12);
  EXPECT_NEAR(*fit->residual_deviation, 0.2213594362117867, 1e-12);
  const auto interval = prediction_interval(*fit, 50);
  EXPECT_NEAR(interval->low, 97.1986488849491, 1e-9);
  EXPECT_NEAR(interval->high, 107.1213511150509, 1e-9);
}

TEST(LineFit, ThroughTwoPointsHasNoInterval) {
  const std::array<double, 2> x = {2, 10};
  const std::array<double, 2> y = {3, 11};
  const auto fit = fit_line(x, y);
  EXPECT_DOUBLE_EQ(fit->at(50), 51);
  EXPECT_FALSE(prediction_interval(*fit, 50));
}

TEST(LineFit, NeedsTwoDifferentPlaces) {
  const std::array<double, 2> same = {2, 2};
  EXPECT_FALSE(fit_line(same, same));
}

}  // namespace
}  // namespace sciwright::stats
