#include "energy/carbon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::energy {
namespace {

using ::testing::HasSubstr;

TEST(Carbon, KnowsDatedFactorsWithTheirSource) {
  const CarbonFactor factor = carbon_factor("USA");
  EXPECT_EQ(factor.name, "United States");
  EXPECT_EQ(factor.g_co2e_per_kwh, 379.26);
  EXPECT_EQ(factor.year, 2021);
  EXPECT_EQ(factor.source, "Our World in Data (Ember and BP) as listed by codecarbon");
}

TEST(Carbon, EveryFactorIsDatedAndPlausible) {
  for (const CarbonFactor& factor : carbon_factors()) {
    EXPECT_EQ(factor.region.size(), 3U);
    EXPECT_GT(factor.g_co2e_per_kwh, 0) << factor.region;
    EXPECT_LT(factor.g_co2e_per_kwh, 1200) << factor.region;
    EXPECT_GT(factor.year, 2000) << factor.region;
    EXPECT_NE(factor.source, "") << factor.region;
  }
}

TEST(Carbon, CountsThePueIn) {
  EXPECT_DOUBLE_EQ(co2e_g(7.2e6, 1.5, {"DEU", "Germany", 400, 2021, "test"}), 1200);
}

TEST(Carbon, ListsTheRegionsThereAre) {
  try {
    carbon_factor("GER");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("no CO2 factor for region 'GER' (known: ARG, AUS"));
  }
}

}  // namespace
}  // namespace sciwright::energy
