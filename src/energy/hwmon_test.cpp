#include "energy/hwmon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake_tree.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kMonitors = "sys/class/hwmon/";

TEST(Hwmon, ReadsAnAmdGpu) {
  const FakeTree tree;
  tree.put_all(kMonitors, {{"hwmon0/name", "nvme"},
                           {"hwmon1/name", "amdgpu"},
                           {"hwmon1/power1_average", "203000000"},
                           {"hwmon1/temp1_input", "61000"},
                           {"hwmon1/device/gpu_busy_percent", "87"},
                           {"hwmon1/device/mem_info_vram_used", "1073741824"},
                           {"hwmon1/device/mem_info_vram_total", "17163091968"}});
  FoundSensors found = hwmon_sensors(tree.path());
  EXPECT_THAT(found.problems, IsEmpty());
  ASSERT_EQ(found.sensors.size(), 1U);
  EXPECT_EQ(found.sensors[0].device,
            (Device{"gpu0", "hwmon", DeviceKind::kGpu, "amdgpu", Origin::kMeasured}));
  const Reading reading = found.sensors[0].read(0);
  EXPECT_DOUBLE_EQ(*reading.power_w, 203);
  EXPECT_DOUBLE_EQ(*reading.temperature_c, 61);
  EXPECT_DOUBLE_EQ(*reading.utilization_fraction, 0.87);
  EXPECT_EQ(reading.memory_used_bytes, 1073741824);
  EXPECT_EQ(reading.memory_total_bytes, 17163091968);
}

TEST(Hwmon, ReadsAnIntelGpuThatCountsEnergy) {
  const FakeTree tree;
  tree.put(kMonitors + "hwmon0/name", "xe");
  tree.put(kMonitors + "hwmon0/energy1_input", "5000000");
  FoundSensors found = hwmon_sensors(tree.path());
  ASSERT_EQ(found.sensors.size(), 1U);
  EXPECT_DOUBLE_EQ(*found.sensors[0].read(0).energy_j, 5);
}

TEST(Hwmon, TakesTheCurrentPowerWhereThereIsNoAverage) {
  const FakeTree tree;
  tree.put(kMonitors + "hwmon0/name", "amdgpu");
  tree.put(kMonitors + "hwmon0/power1_input", "90000000");
  EXPECT_DOUBLE_EQ(*hwmon_sensors(tree.path()).sensors.at(0).read(0).power_w, 90);
}

TEST(Hwmon, LeavesOutAGpuWithoutAMeter) {
  const FakeTree tree;
  tree.put(kMonitors + "hwmon0/name", "amdgpu");
  const FoundSensors found = hwmon_sensors(tree.path());
  EXPECT_THAT(found.sensors, IsEmpty());
  EXPECT_THAT(found.problems, ElementsAre("hwmon: no AMD or Intel GPU with a power meter in " +
                                          tree.path().string() + "/sys/class/hwmon"));
}

}  // namespace
}  // namespace sciwright::energy
