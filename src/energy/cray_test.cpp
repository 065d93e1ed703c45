#include "energy/cray.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake_tree.h"
#include "energy/test_sensors.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;

const std::string kCounters = "sys/cray/pm_counters/";

TEST(Cray, ReadsNodeCpuMemoryAndAccelerators) {
  const FakeTree tree;
  tree.put_all(kCounters, {{"energy", "2481938 J 1510123456789 us"},
                           {"power", "245 W 1510123456789 us"},
                           {"cpu_energy", "100 J 1510123456789 us"},
                           {"memory_power", "31 W 1510123456789 us"},
                           {"accel0_energy", "700 J 1510123456789 us"},
                           {"accel1_power", "95 W 1510123456789 us"}});
  FoundSensors found = cray_sensors(tree.path());
  EXPECT_THAT(device_names(found), ElementsAre("node", "cpu0", "dram0", "gpu0", "gpu1"));
  const Reading node = found.sensors[0].read(0);
  EXPECT_EQ(node.energy_j, 2481938.0);
  EXPECT_EQ(node.power_w, 245.0);
  EXPECT_EQ(found.sensors[4].read(0).power_w, 95.0);
  EXPECT_EQ(found.sensors[4].read(0).energy_j, std::nullopt);
}

TEST(Cray, SaysWhyThereIsNone) {
  const FakeTree tree;
  EXPECT_THAT(cray_sensors(tree.path()).problems,
              ElementsAre("cray: there is no " + tree.path().string() + "/sys/cray/pm_counters"));
}

TEST(Cray, SaysThatNothingCanBeRead) {
  const FakeTree tree;
  tree.put(kCounters + "energy", "");
  EXPECT_THAT(cray_sensors(tree.path()).problems,
              ElementsAre("cray: " + tree.path().string() +
                          "/sys/cray/pm_counters holds no readable counter"));
}

}  // namespace
}  // namespace sciwright::energy
