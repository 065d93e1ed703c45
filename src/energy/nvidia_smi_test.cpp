#include "energy/nvidia_smi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/smi_fixtures.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'795'305'868 * kSecond;  // 2026-11-22T00:04:28Z

TEST(NvidiaSmi, ReadsTheProgramsOutput) {
  const auto readings = nvidia_smi_query().parse(kOldSmiXml);
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[1].first.name, "gpu1");
  EXPECT_EQ(readings[0].second.power_w, 316.64);
}

TEST(NvidiaSmi, TakesNothingFromHalfADocument) {
  EXPECT_THAT(nvidia_smi_query().parse(kOldSmiXml.substr(0, 900)), IsEmpty());
}

TEST(NvidiaSmi, ReadsSavedDocumentsOneAfterTheOther) {
  const Trace trace = parse_smi_trace(kOldSmiXml + kNewSmiXml, "log.xml");
  EXPECT_THAT(trace.problems, IsEmpty());
  ASSERT_EQ(trace.samples.size(), 3U);
  EXPECT_EQ(trace.samples[0].utc_ns, kStart);
  EXPECT_EQ(trace.samples[2].utc_ns, kStart + 2 * kSecond);
  EXPECT_EQ(trace.samples[2].reading.power_w, 120.5);
}

TEST(NvidiaSmi, ReadsCsvWithUnits) {
  const Trace trace = parse_smi_trace(
      "timestamp, index, name, power.draw [W], utilization.gpu [%], memory.used [MiB], "
      "temperature.gpu\n"
      "2026/11/22 00:04:28.500, 0, NVIDIA A100, 316.64 W, 100 %, 19161 MiB, 62\n"
      "2026/11/22 00:04:28.500, 2, NVIDIA A100, [N/A], 0 %, 0 MiB, 31\n",
      "log.csv");
  EXPECT_THAT(trace.problems, IsEmpty());
  EXPECT_THAT(
      trace.devices,
      ElementsAre(
          Device{"gpu0", "nvidia-smi", DeviceKind::kGpu, "NVIDIA A100", Origin::kMeasured},
          Device{"gpu2", "nvidia-smi", DeviceKind::kGpu, "NVIDIA A100", Origin::kMeasured}));
  EXPECT_EQ(trace.samples[0].utc_ns, kStart + kSecond / 2);
  EXPECT_EQ(trace.samples[0].reading.power_w, 316.64);
  EXPECT_EQ(trace.samples[0].reading.memory_used_bytes, 19161LL << 20);
  EXPECT_EQ(trace.samples[1].reading.power_w, std::nullopt);
}

TEST(NvidiaSmi, ReadsCsvWithoutUnitsAndWithNewNames) {
  const Trace trace = parse_smi_trace(
      "timestamp, uuid, power.draw.average [W], power.draw.instant [W]\n"
      "2026/11/22 00:04:28.000, GPU-b, 100.0, 110.5\n"
      "2026/11/22 00:04:28.000, GPU-a, 90.0, [Not Supported]\n",
      "log.csv");
  ASSERT_EQ(trace.samples.size(), 2U);
  EXPECT_EQ(trace.samples[0].reading.power_w, 110.5);
  EXPECT_EQ(trace.samples[1].reading.power_w, 90.0);
  EXPECT_EQ(trace.devices[1].name, "gpu1");
}

TEST(NvidiaSmi, LeavesOutARowWithoutTimeAndSaysSo) {
  const Trace trace =
      parse_smi_trace("timestamp, index, power.draw [W]\n22 Nov, 0, 316.64 W\n", "log.csv");
  EXPECT_THAT(trace.samples, IsEmpty());
  EXPECT_THAT(trace.problems,
              ElementsAre("log.csv:2: timestamp is '22 Nov', expected YYYY/MM/DD HH:MM:SS.mmm; "
                          "the row is left out"));
}

TEST(NvidiaSmi, RefusesOtherText) { EXPECT_THROW(parse_smi_trace("hello\n", "x"), Error); }

}  // namespace
}  // namespace sciwright::energy
