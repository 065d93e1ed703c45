#include "energy/nvml.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Nvml, ReadsEverythingAGpuTells) {
  FoundSensors found = nvml_sensors(SCIWRIGHT_FAKE_NVML);
  ASSERT_EQ(found.sensors.size(), 2U);
  EXPECT_EQ(
      found.sensors[0].device,
      (Device{"gpu0", "nvml", DeviceKind::kGpu, "Fake A100", Origin::kMeasured, {"GPU-aaaa"}}));
  const Reading reading = found.sensors[0].read(0);
  EXPECT_DOUBLE_EQ(*reading.power_w, 316.64);
  EXPECT_DOUBLE_EQ(*reading.energy_j, 123'456.789);
  EXPECT_DOUBLE_EQ(*reading.temperature_c, 62);
  EXPECT_DOUBLE_EQ(*reading.utilization_fraction, 1);
  EXPECT_DOUBLE_EQ(*reading.memory_utilization_fraction, 0.75);
  EXPECT_EQ(reading.memory_used_bytes, 20'091'764'736);
  EXPECT_EQ(reading.encoder_fraction, std::nullopt);  // the fake driver lacks the function
}

TEST(Nvml, KnowsTheInstancesOfAGpu) {
  EXPECT_THAT(nvml_sensors(SCIWRIGHT_FAKE_NVML).sensors.at(1).device.uuids,
              ElementsAre("GPU-bbbb", "MIG-1111"));
}

TEST(Nvml, LeavesOutWhatAGpuDoesNotTell) {
  FoundSensors found = nvml_sensors(SCIWRIGHT_FAKE_NVML);
  const auto old_gpu = found.sensors.at(1);
  const Reading first = old_gpu.read(0);
  const Reading second = old_gpu.read(0);
  EXPECT_EQ(first.energy_j, std::nullopt);
  EXPECT_NE(first.power_w.has_value(), second.power_w.has_value());
}

TEST(Nvml, NamesALostGpuAndKeepsTheOthers) {
  const FoundSensors found = nvml_sensors(SCIWRIGHT_FAKE_NVML);
  ASSERT_EQ(found.unread.size(), 1U);
  EXPECT_EQ(found.unread[0].name, "gpu2");
  EXPECT_EQ(found.unread[0].problem, "nvml: GPU 2 does not answer (error 15)");
}

TEST(Nvml, SaysThatTheDriverDoesNotStart) {
  ::setenv("SCIWRIGHT_FAKE_NVML", "broken", 1);
  const FoundSensors found = nvml_sensors(SCIWRIGHT_FAKE_NVML);
  ::unsetenv("SCIWRIGHT_FAKE_NVML");
  EXPECT_THAT(found.sensors, IsEmpty());
  EXPECT_THAT(found.problems, ElementsAre("nvml: the driver does not start: Driver Not Loaded"));
}

TEST(Nvml, SaysThatThereIsNoDriver) {
  EXPECT_THAT(
      nvml_sensors("libno-such-driver.so.1").problems,
      ElementsAre("nvml: the NVIDIA driver's library libno-such-driver.so.1 is not installed"));
}

}  // namespace
}  // namespace sciwright::energy
