#include "energy/gpu_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Device gpu(const std::string& name, std::vector<std::string> uuids) {
  return {name, "nvml", DeviceKind::kGpu, "", Origin::kMeasured, std::move(uuids)};
}

TEST(VisibleDevices, AreNumbersOrUuids) {
  EXPECT_THAT(parse_visible_devices("2, 0").numbers, ElementsAre(2, 0));
  EXPECT_THAT(parse_visible_devices("GPU-8a1c,MIG-77").uuids, ElementsAre("GPU-8a1c", "MIG-77"));
}

TEST(VisibleDevices, AreNoneInAnEmptyText) {
  for (const char* text : {"", " ", "-1", "NoDevFiles", "none"}) {
    EXPECT_THAT(parse_visible_devices(text).numbers, IsEmpty()) << text;
    EXPECT_THAT(parse_visible_devices(text).uuids, IsEmpty()) << text;
  }
}

TEST(VisibleDevices, EndWhereCudaStopsReading) {
  EXPECT_THAT(parse_visible_devices("1,-1,0").numbers, ElementsAre(1));
  EXPECT_THAT(parse_visible_devices("0,").numbers, ElementsAre(0));
}

TEST(GpuChoice, KnowsAGpuByTheBeginningOfItsUuidOrAnInstances) {
  const Device device = gpu("gpu1", {"GPU-8a1c-22", "MIG-77aa"});
  EXPECT_TRUE(is_chosen(device, {.uuids = {"GPU-8a1c"}}));
  EXPECT_TRUE(is_chosen(device, {.uuids = {"MIG-77aa"}}));
  EXPECT_TRUE(is_chosen(device, {.uuids = {"MIG-GPU-8a1c-22/1/0"}}));
  EXPECT_FALSE(is_chosen(device, {.uuids = {"GPU-8a1d"}}));
  EXPECT_FALSE(is_chosen(device, {.numbers = {0}}));
  EXPECT_TRUE(is_chosen(device, {.numbers = {1}}));
  EXPECT_FALSE(is_chosen(device, {}));
}

TEST(GpuChoice, TakesAGpuWhoseUuidIsNotKnown) {
  EXPECT_TRUE(is_chosen(gpu("gpu0", {}), {.uuids = {"GPU-8a1c"}}));
}

TEST(GpuChoice, IsOnlyAboutGpus) {
  EXPECT_TRUE(is_chosen({"cpu0", "powercap", DeviceKind::kCpuPackage, "", Origin::kMeasured}, {}));
}

}  // namespace
}  // namespace sciwright::energy
