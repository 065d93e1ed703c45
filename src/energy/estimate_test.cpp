#include "energy/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake_tree.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;

TEST(Estimate, IsDesignPowerTimesTheBusyShareAndSaysSo) {
  const FakeTree tree;
  tree.put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 1 1 1");
  FoundSensors found = cpu_estimate(tree.path(), 200);
  ASSERT_EQ(found.sensors.size(), 1U);
  EXPECT_EQ(found.sensors[0].device.origin, Origin::kEstimated);
  tree.put("proc/stat", "cpu  150 0 125 1000 25 0 0 0 50 0\ncpu0 1 1 1 1");
  const Reading reading = found.sensors[0].read(0);
  EXPECT_DOUBLE_EQ(*reading.utilization_fraction, 0.25);
  EXPECT_DOUBLE_EQ(*reading.power_w, 50);
}

TEST(Estimate, TellsNothingWhileNoTimePassed) {
  const FakeTree tree;
  tree.put("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0");
  EXPECT_EQ(cpu_estimate(tree.path(), 200).sensors.at(0).read(0), Reading{});
}

TEST(Estimate, SaysWhyThereIsNone) {
  const FakeTree tree;
  EXPECT_THAT(cpu_estimate(tree.path(), 200).problems,
              ElementsAre("estimate: " + tree.path().string() + "/proc/stat cannot be read"));
}

}  // namespace
}  // namespace sciwright::energy
