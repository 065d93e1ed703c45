#include "energy/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Device kGpu = {"gpu0", "nvml", DeviceKind::kGpu, "Tesla, the \"small\" one",
                     Origin::kMeasured};
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'790'000'000 * kSecond;

/// A trace file in a folder of its own.
class TraceFile : public testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "energy.csv"; }
  TemporaryDirectory directory_;
};

TEST_F(TraceFile, IsWrittenAsDocumented) {
  Reading reading;
  reading.power_w = 316.64;
  reading.energy_j = 123456.789;
  reading.temperature_c = 62;
  reading.utilization_fraction = 1;
  reading.memory_used_bytes = 20091764736;
  {
    TraceWriter writer(path());
    writer.append(kGpu, {kStart, 0, 0, reading});
  }
  TraceWriter(path()).append(kGpu, {kStart + kSecond, 1, 0, {}});
  EXPECT_EQ(read_file(path()),
            "session,utc,device,kind,source,origin,model,power_w,energy_j,temperature_c,"
            "utilization_fraction,memory_utilization_fraction,encoder_fraction,decoder_fraction,"
            "memory_used_bytes,memory_total_bytes\n"
            "0,2026-09-21T14:13:20.000000000Z,gpu0,gpu,nvml,measured,\"Tesla, the \"\"small\"\" "
            "one\",316.64,123456.789,62,1,,,,20091764736,\n"
            "1,2026-09-21T14:13:21.000000000Z,gpu0,gpu,nvml,measured,\"Tesla, the \"\"small\"\" "
            "one\",,,,,,,,,\n");
}

TEST_F(TraceFile, BeginsAnewWhereItsHeaderWasCut) {
  write_file_atomic(path(), trace_header().substr(0, 20));
  TraceWriter(path()).append(kGpu, {kStart, 0, 0, {}});
  EXPECT_TRUE(read_file(path()).starts_with(trace_header() + "\n0,"));
}

TEST_F(TraceFile, IsReadBack) {
  Reading reading;
  reading.power_w = 0.1;
  reading.decoder_fraction = 0.25;
  reading.memory_total_bytes = 7;
  TraceWriter(path()).append(kGpu, {kStart + 1, 2, 0, reading});
  const Trace trace = parse_trace_csv(read_file(path()), "energy.csv");
  EXPECT_THAT(trace.problems, IsEmpty());
  EXPECT_THAT(trace.devices, ElementsAre(kGpu));
  ASSERT_EQ(trace.samples.size(), 1U);
  EXPECT_EQ(trace.samples[0].utc_ns, kStart + 1);
  EXPECT_EQ(trace.samples[0].session, 2);
  EXPECT_EQ(trace.samples[0].reading, reading);
}

TEST(Trace, LeavesOutRowsAndCellsThatCannotBeReadAndSaysSo) {
  const std::string good = trace_row(kGpu, {kStart, 0, 0, {}});
  const std::string text =
      trace_header() + "\n" + good + "\n" + "0,yesterday,gpu0,gpu,nvml,measured,,1,,,,,,,,\n" +
      "0,2026-09-21T14:13:20Z,gpu0,gpu,nvml,measured,,N/A,,,,,,,,\n" + good.substr(0, 20);
  const Trace trace = parse_trace_csv(text, "energy.csv");
  ASSERT_EQ(trace.samples.size(), 2U);
  EXPECT_EQ(trace.samples[1].reading, Reading{});  // not told: no line is drawn across
  EXPECT_THAT(trace.problems,
              ElementsAre("energy.csv:3: 'yesterday' in column 2, expected a time like "
                          "2026-11-22T04:27:00.000000000Z; the row is left out",
                          "energy.csv:4: 'N/A' in column 8, expected a number; the cell of gpu0 at "
                          "2026-09-21T14:13:20Z is left out",
                          "energy.csv:5: has 2 fields, expected 16; the row is left out"));
}

TEST(Trace, TellsOnceOfWhatADeviceFailsToTellAllDay) {
  std::string text = trace_header() + "\n";
  for (const char* device : {"gpu0", "gpu1", "gpu0", "gpu0"}) {
    text +=
        std::string("0,2026-09-21T14:13:20Z,") + device + ",gpu,nvml,measured,,N/A,,,,,,,,\n0\n";
  }
  EXPECT_THAT(
      parse_trace_csv(text, "e.csv").problems,
      ElementsAre("e.csv:2: 'N/A' in column 8, expected a number; the cell of gpu0 at "
                  "2026-09-21T14:13:20Z is left out (3 times in all)",
                  "e.csv:3: has 1 fields, expected 16; the row is left out (4 times in all)",
                  "e.csv:4: 'N/A' in column 8, expected a number; the cell of gpu1 at "
                  "2026-09-21T14:13:20Z is left out"));
}

TEST(Trace, LeavesOutPowerThatIsNone) {
  const std::string row = "0,2026-09-21T14:13:20Z,gpu0,gpu,nvml,measured,,";
  const Trace trace = parse_trace_csv(
      trace_header() + "\n" + row + "nan,,,,,,,,\n" + row + "-5,,,,,,,,\n" + row + "1,inf,,,,,,,\n",
      "e.csv");
  for (const Sample& sample : trace.samples) {
    EXPECT_TRUE(!sample.reading.power_w || *sample.reading.power_w == 1);
    EXPECT_FALSE(sample.reading.energy_j);
  }
  EXPECT_THAT(trace.problems,
              ElementsAre("e.csv:2: 'nan' in column 8, expected a number; the cell of gpu0 at "
                          "2026-09-21T14:13:20Z is left out (2 times in all)",
                          "e.csv:4: 'inf' in column 9, expected a number; the cell of gpu0 at "
                          "2026-09-21T14:13:20Z is left out"));
}

TEST(Trace, SaysThatAFileIsNoTrace) {
  const Trace trace = parse_trace_csv("a,b\n1,2\n", "x.csv");
  EXPECT_THAT(trace.problems, ElementsAre("x.csv:1: expected the header '" + trace_header() + "'"));
}

TEST(Trace, DropsTimesThatRunBackwardsWithinADeviceAndSession) {
  Trace trace;
  trace.devices = {kGpu, {"cpu0", "powercap", DeviceKind::kCpuPackage, "", Origin::kMeasured}};
  trace.samples = {{3 * kSecond, 0, 0, {}},
                   {1 * kSecond, 0, 1, {}},
                   {2 * kSecond, 0, 0, {}},
                   {1 * kSecond, 1, 0, {}},
                   {4 * kSecond, 0, 0, {}}};
  drop_reversed_times(trace);
  EXPECT_EQ(trace.samples.size(), 4U);
  EXPECT_THAT(trace.problems, ElementsAre("gpu0: 1 samples are left out because their time runs "
                                          "backwards, by up to 1.000 s"));
}

}  // namespace
}  // namespace sciwright::energy
