#include "base/random.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace sciwright {
namespace {

TEST(Random, DerivesADifferentSeedForEachPurposeAndIndex) {
  const std::uint64_t base = derive_seed(1, "shuffle", 0);
  EXPECT_NE(base, derive_seed(1, "shuffle", 1));
  EXPECT_NE(base, derive_seed(1, "weights", 0));
  EXPECT_NE(base, derive_seed(2, "shuffle", 0));
  EXPECT_EQ(base, derive_seed(1, "shuffle", 0));
}

TEST(Random, GivesTheSameStreamOnEveryMachine) {
  // First words of Philox4x32-10 with key 0 and counter 0 (Random123's known-answer test).
  RandomStream random(0);
  EXPECT_EQ(random(), (std::uint64_t{0xe169c58d} << 32) | 0x6627e8d5U);
  EXPECT_EQ(random(), (std::uint64_t{0x9b00dbd8} << 32) | 0xbc57ac4cU);
}

TEST(Random, HasTheMomentsOfItsDistributions) {
  RandomStream random(7);
  constexpr int kDraws = 200'000;
  double uniform = 0;
  double normal = 0;
  double normal_squared = 0;
  double exponential = 0;
  double poisson = 0;
  for (int i = 0; i < kDraws; ++i) {
    uniform += random.uniform();
    const double z = random.normal();
    normal += z;
    normal_squared += z * z;
    exponential += random.exponential();
    poisson += static_cast<double>(random.poisson(3.5));
  }
  // Five standard errors of each mean.
  EXPECT_NEAR(uniform / kDraws, 0.5, 5 * 0.289 / std::sqrt(kDraws));
  EXPECT_NEAR(normal / kDraws, 0.0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(normal_squared / kDraws, 1.0, 5 * 1.42 / std::sqrt(kDraws));
  EXPECT_NEAR(exponential / kDraws, 1.0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(poisson / kDraws, 3.5, 5 * 1.88 / std::sqrt(kDraws));
}

TEST(Random, PermutesWithoutLoss) {
  auto order = random_permutation(1000, 42);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(order[i], i);
}

}  // namespace
}  // namespace sciwright
