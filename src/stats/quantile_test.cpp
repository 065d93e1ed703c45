#include "stats/quantile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::stats {
namespace {

TEST(Quartiles, AreThoseOfNumpy) {
  const Quartiles out = quartiles({0.81, 0.84, 0.79, 0.88, 0.83, 0.86, 0.80, 0.85, 0.82, 0.87});
  EXPECT_DOUBLE_EQ(out.lower, 0.8125);
  EXPECT_DOUBLE_EQ(out.median, 0.835);
  EXPECT_DOUBLE_EQ(out.upper, 0.8575);
}

TEST(Quartiles, OfOneValueAreThatValue) { EXPECT_EQ(quartiles({3}).lower, 3); }

TEST(Outliers, LieFarOutsideOfTheQuartiles) {
  const std::vector<double> values = {1, 2, 3, 2, 40, 1, 2, -30};
  EXPECT_THAT(outliers(values), testing::ElementsAre(4, 7));
}

TEST(Outliers, AreNotToldAmongThree) {
  const std::vector<double> values = {1, 1, 100};
  EXPECT_THAT(outliers(values), testing::IsEmpty());
}

}  // namespace
}  // namespace sciwright::stats
