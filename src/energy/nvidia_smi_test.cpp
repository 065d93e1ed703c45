#include "energy/nvidia_smi.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/smi_fixtures.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::StartsWith;

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
  ASSERT_EQ(trace.samples.size(), 4U);
  EXPECT_EQ(trace.samples[3].reading, Reading());  // the second does not list gpu1
  EXPECT_EQ(trace.samples[0].utc_ns, kStart);
  EXPECT_EQ(trace.samples[2].utc_ns, kStart + 2 * kSecond);
  EXPECT_EQ(trace.samples[2].reading.power_w, 120.5);
}

TEST(NvidiaSmi, KeepsWholeDocumentsBeforeOneThatWasCut) {
  const Trace trace = parse_smi_trace(kOldSmiXml + kNewSmiXml.substr(0, 300), "log.xml");
  EXPECT_EQ(trace.samples.size(), 2U);
  const auto line = std::ranges::count(kOldSmiXml + kNewSmiXml.substr(0, 300), '\n') + 1;
  ASSERT_EQ(trace.problems.size(), 1U);
  EXPECT_THAT(trace.problems[0],
              StartsWith("log.xml:" + std::to_string(line) + ": is no complete"));
  EXPECT_THAT(trace.problems[0], EndsWith("; the document is left out"));
  EXPECT_THROW(parse_smi_trace(kOldSmiXml.substr(0, 300), "log.xml"), Error);
}

/// A document at so many seconds past the minute with GPUs of these UUIDs at these watts.
std::string document(int second, const std::vector<std::pair<std::string, int>>& gpus) {
  std::string xml = "<?xml version=\"1.0\" ?>\n<nvidia_smi_log><timestamp>Sun Nov 22 00:04:" +
                    std::to_string(second) + " 2026</timestamp>\n";
  for (const auto& [uuid, watts] : gpus) {
    xml += "<gpu><uuid>" + uuid + "</uuid><power_readings><power_draw>" + std::to_string(watts) +
           " W</power_draw></power_readings></gpu>\n";
  }
  return xml + "</nvidia_smi_log>\n";
}

TEST(NvidiaSmi, KnowsThatAGpuIsGone) {
  const Trace trace = parse_smi_trace(document(10, {{"GPU-a", 100}, {"GPU-b", 200}}) +
                                          document(11, {{"GPU-b", 210}}) + document(12, {}),
                                      "log.xml");
  ASSERT_EQ(trace.devices.size(), 2U);
  ASSERT_EQ(trace.samples.size(), 6U);
  EXPECT_EQ(trace.samples[2].device_index, 1U);
  EXPECT_EQ(trace.samples[2].reading.power_w, 210);
  EXPECT_EQ(trace.samples[3].reading, Reading());
  EXPECT_EQ(trace.samples[5].utc_ns - trace.samples[0].utc_ns, 2 * kSecond);
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
