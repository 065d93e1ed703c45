#include "bench/run_memory.h"

#include <gtest/gtest.h>

namespace sciwright::bench {
namespace {

energy::Reading in_use(std::int64_t bytes) {
  energy::Reading reading;
  reading.memory_used_bytes = bytes;
  return reading;
}

TEST(PeakResident, IsTheHighWaterMarkOfTheKernel) {
  EXPECT_EQ(
      peak_resident_bytes("Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 7 kB\n"),
      1234 * 1024);
}

TEST(PeakResident, IsNotKnownWhereTheKernelDoesNotTell) {
  EXPECT_FALSE(peak_resident_bytes("Name:\tx\n"));
  EXPECT_FALSE(peak_resident_bytes("VmHWM:\t"));
  EXPECT_FALSE(peak_resident_bytes("VmHWM:\tmuch\n"));
}

TEST(GpuPeak, AddsTheMostThatWasInUseOnEachGpu) {
  energy::Trace trace;
  trace.devices = {{"gpu0", "nvml", energy::DeviceKind::kGpu, ""},
                   {"gpu1", "nvml", energy::DeviceKind::kGpu, ""},
                   {"cpu0", "powercap", energy::DeviceKind::kCpuPackage, ""}};
  trace.samples = {{1, 0, 0, in_use(10)},
                   {1, 0, 1, in_use(200)},
                   {2, 0, 0, in_use(30)},
                   {2, 0, 1, in_use(100)},
                   {2, 0, 2, in_use(5000)}};
  EXPECT_EQ(gpu_peak_bytes(trace), 230);
}

TEST(GpuPeak, IsNotKnownWithoutSamples) { EXPECT_FALSE(gpu_peak_bytes({})); }

TEST(RunMemory, TellsThisProcess) {
  const nlohmann::json memory = run_memory(std::nullopt);
  EXPECT_GT(memory["peak_bytes"], 1'000'000);
  EXPECT_EQ(memory["gpu_peak_bytes"], nullptr);
}

}  // namespace
}  // namespace sciwright::bench
