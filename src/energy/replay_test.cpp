#include "energy/replay.h"

#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

Reading watts(double power_w) {
  Reading reading;
  reading.power_w = power_w;
  return reading;
}

TEST(Replay, GivesEachRecordedMomentWithItsTime) {
  Trace trace;
  trace.devices = {{"gpu0", "nvml", DeviceKind::kGpu, "", Origin::kMeasured},
                   {"gpu1", "nvml", DeviceKind::kGpu, "", Origin::kMeasured}};
  trace.samples = {{10, 0, 0, watts(1)}, {11, 0, 1, watts(2)}, {20, 0, 0, watts(3)}};
  ReplaySource source(trace);
  EXPECT_EQ(source.num_moments(), 2);
  const std::vector<Reading> first = source.read(0);
  EXPECT_EQ(first[1].power_w, 2.0);
  EXPECT_EQ(first[1].utc_ns, 11);
  const std::vector<Reading> second = source.read(0);
  EXPECT_EQ(second[0].power_w, 3.0);
  EXPECT_EQ(second[1], Reading{});
}

TEST(Replay, FallsSilentAfterTheEnd) {
  ReplaySource source(Trace{{{"node", "ipmi", DeviceKind::kNode, "", Origin::kMeasured}}, {}, {}});
  EXPECT_EQ(source.read(0).at(0), Reading{});
}

}  // namespace
}  // namespace sciwright::energy
