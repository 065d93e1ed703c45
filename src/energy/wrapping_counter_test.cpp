#include "energy/wrapping_counter.h"

#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(WrappingCounter, GoesOnAfterTheCounterWrapped) {
  WrappingCounter counter(262'143);
  EXPECT_DOUBLE_EQ(counter.update(262'000, 0), 262'000);
  EXPECT_DOUBLE_EQ(counter.update(57, kSecond), 262'200);
  EXPECT_DOUBLE_EQ(counter.update(100, 2 * kSecond), 262'243);
}

TEST(WrappingCounter, BeginsAnewWhenItMayHaveWrappedTwice) {
  WrappingCounter counter(262'143);
  counter.update(262'000, 0);
  EXPECT_DOUBLE_EQ(counter.update(57, 600 * kSecond), 0);
  EXPECT_DOUBLE_EQ(counter.update(67, 601 * kSecond), 10);
}

TEST(WrappingCounter, BeginsAnewWhenItFellFarFromItsRange) {
  WrappingCounter counter(262'143);
  counter.update(1040, 0);
  EXPECT_DOUBLE_EQ(counter.update(545, kSecond), 545);
  EXPECT_DOUBLE_EQ(counter.update(600, 2 * kSecond), 600);
}

TEST(WrappingCounter, FallsWhenItIsSetBackAfterItBeganAnew) {
  WrappingCounter counter(262'143);
  counter.update(200'000, 0);
  counter.update(1040, 600 * kSecond);  // 0 from here on
  EXPECT_DOUBLE_EQ(counter.update(1050, 601 * kSecond), 10);
  EXPECT_DOUBLE_EQ(counter.update(545, 602 * kSecond), 0);
}

TEST(WrappingCounter, BeginsAnewWhenACounterWithoutRangeFalls) {
  WrappingCounter counter(0);
  counter.update(500, 0);
  EXPECT_DOUBLE_EQ(counter.update(20, kSecond), 20);
}

}  // namespace
}  // namespace sciwright::energy
