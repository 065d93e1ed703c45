#include "earthquake/data/quantities.h"

#include <cmath>

#include <gtest/gtest.h>

#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

constexpr int kNum = 40;

/// Quiet but for one fortnight of one pixel.
Fortnights one_active_fortnight(int loc, int fortnight) {
  Fortnights data{.energy = {kGridPixels, kNum, 14.0},
                  .depth_km = {kGridPixels, kNum},
                  .num_events = {kGridPixels, kNum},
                  .num_large = {kGridPixels, kNum}};
  data.energy.at(loc, fortnight) = energy_of_magnitude(6);
  data.depth_km.at(loc, fortnight) = 12;
  data.num_events.at(loc, fortnight) = 5;
  data.num_large.at(loc, fortnight) = 2;
  return data;
}

FaultLabels labels() {
  FaultLabels faults;
  for (std::vector<int>& field : faults) field.assign(kGridPixels, 3);
  faults[1][0] = 35;
  return faults;
}

TEST(Quantities, AreTheReferences38InItsOrder) {
  const std::vector<Quantity>& all = reference_quantities();
  ASSERT_EQ(all.size(), 38U);
  EXPECT_EQ(all[0].name, "Fault 0");
  EXPECT_EQ(all[4].name, "Magnitude 2 weeks Now");
  EXPECT_EQ(all[12].name, "Mag Year Back");
  EXPECT_EQ(all[18].name, "E^0.25 Year Back");
  EXPECT_EQ(all[19].name, "Mag 4 Weeks Ahead");
  EXPECT_EQ(all[27].name, "Mag 2 years 2 ahead");
  EXPECT_EQ(all[28].name, "E^0.25 2 weeks Now");
  EXPECT_EQ(all[37].window, 52);
  EXPECT_EQ(all[37].lead, 104);
}

TEST(Quantities, AheadAreLaterBackWindows) {
  const Fortnights data = one_active_fortnight(9, 30);
  std::vector<double> back(kNum);
  std::vector<double> ahead(kNum);
  quantity_series(reference_quantities()[10], data, 9, back);
  quantity_series(reference_quantities()[21], data, 9, ahead);  // 3 months ahead
  for (std::size_t k = 0; k < kNum; ++k) {
    if (k + 7 < kNum) {
      EXPECT_EQ(ahead[k], back[k + 7]);
    } else {
      EXPECT_TRUE(std::isnan(ahead[k]));
    }
  }
}

TEST(Quantities, StatisticsRunOverAllPixelsAndTheTimesFromFortnight25) {
  const std::vector<QuantityStatistics> all =
      quantity_statistics(one_active_fortnight(9, 30), labels(), kNum, 2);
  const double count = kGridPixels * 15.0;
  EXPECT_NEAR(all[4].min, empty_magnitude(1), 1e-12);
  EXPECT_NEAR(all[4].max, 6, 1e-12);
  EXPECT_NEAR(all[6].mean, 5 / count, 1e-12);
  EXPECT_NEAR(all[6].standard_deviation, std::sqrt(25 / count - 25 / count / count), 1e-9);
  EXPECT_EQ(all[7].max, 2);
  EXPECT_EQ(all[1].max, 35);
  EXPECT_NEAR(all[1].mean, 3 + 32.0 / kGridPixels, 1e-12);
}

TEST(Quantities, StatisticsDoNotSeeBeyondTheirEnd) {
  const std::vector<QuantityStatistics> all =
      quantity_statistics(one_active_fortnight(9, 36), labels(), 36, 1);
  EXPECT_EQ(all[4].max, empty_magnitude(1));
  EXPECT_EQ(all[19].max, empty_magnitude(2));  // No window ahead reaches fortnight 36 either.
}

TEST(Quantities, StatisticsDoNotDependOnThreads) {
  const Fortnights data = one_active_fortnight(9, 30);
  const std::vector<QuantityStatistics> one = quantity_statistics(data, labels(), kNum, 1);
  const std::vector<QuantityStatistics> three = quantity_statistics(data, labels(), kNum, 3);
  for (std::size_t q = 0; q < one.size(); ++q) {
    EXPECT_EQ(one[q].mean, three[q].mean);
    EXPECT_EQ(one[q].standard_deviation, three[q].standard_deviation);
  }
}

TEST(Quantities, NormaliseToTheUnitIntervalAndBack) {
  const QuantityStatistics scale{.min = 2, .max = 7};
  EXPECT_DOUBLE_EQ(scale.normalised(7), 1);
  EXPECT_DOUBLE_EQ(scale.normalised(2), 0);
  EXPECT_DOUBLE_EQ(scale.denormalised(scale.normalised(3.3)), 3.3);
}

TEST(Quantities, SumMaximaAreOverTimeOfSumsOverPixels) {
  Fortnights data = one_active_fortnight(9, 30);
  data.num_large.at(100, 30) = 4;
  data.num_large.at(9, 31) = 5;
  const SumMaxima maxima = sum_maxima(data, 0, kNum);
  EXPECT_EQ(maxima.num_large, 6);
  EXPECT_NEAR(maxima.magnitude, 6 + (kGridPixels - 1) * empty_magnitude(1), 1e-8);
  EXPECT_EQ(sum_maxima(data, 31, kNum).num_large, 5);
}

}  // namespace
}  // namespace sciwright::earthquake
