#include "energy/watch_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kTime = 1'795'305'868'476'014'000;  // 2026-11-22T00:04:28.476014Z

Reading busy_gpu() {
  Reading r;
  r.utilization_fraction = 1;
  r.memory_utilization_fraction = 1;
  r.encoder_fraction = 0;
  r.decoder_fraction = 0;
  r.temperature_c = 62;
  r.power_w = 316.64;
  r.memory_used_bytes = 19161LL << 20;
  r.memory_total_bytes = 40536LL << 20;
  return r;
}

TEST(WatchLog, WritesTheNewFormByteForByte) {
  EXPECT_EQ(watch_header(WatchForm::kNew, {0}),
            "time, 0 id, 0 gpu_util %, 0 memory_util %, 0 encoder_util %, 0 decoder_util %, "
            "0 gpu_temp C, 0 power_draw W, 0 vram_mem_used MiB, 0 vram_mem_total MiB, ");
  EXPECT_EQ(watch_row(WatchForm::kNew, false, kTime, {{0, busy_gpu()}}),
            "2026-11-22T00:04:28.476014,   0, 100, 100,   0,   0,    62,   316.64, 19161 MiB, "
            "40536 MiB");
}

TEST(WatchLog, WritesDenseRows) {
  EXPECT_EQ(watch_row(WatchForm::kNew, true, kTime, {{0, busy_gpu()}}),
            "2026-11-22T00:04:28.476014,0,100,100,0,0,62,316.64,19161MiB,40536MiB");
}

TEST(WatchLog, WritesTheOldForm) {
  EXPECT_EQ(watch_header(WatchForm::kOld, {0, 2}),
            "# " + std::string(78, '#') +
                "\n# time, 0 id, 0 gpu_util %, 0 memory_util %, 0 encoder_util %, 0 decoder_util "
                "%, 0 gpu_temp C, 0 power_draw W, 2 id, 2 gpu_util %, 2 memory_util %, 2 "
                "encoder_util %, 2 decoder_util %, 2 gpu_temp C, 2 power_draw W");
  EXPECT_EQ(watch_row(WatchForm::kOld, false, kTime, {{2, Reading{}}}),
            "2026-11-22T00:04:28.476014,   2, N/A, N/A, N/A, N/A,   N/A,      N/A");
}

TEST(WatchLog, IsReadBackInBothForms) {
  for (const WatchForm form : {WatchForm::kOld, WatchForm::kNew}) {
    const std::string text = watch_header(form, {0, 2}) + "\n" +
                             watch_row(form, false, kTime, {{0, busy_gpu()}, {2, Reading{}}}) +
                             "\n" + watch_row(form, true, kTime + 1000, {{0, busy_gpu()}}) + "\n";
    const Trace trace = parse_watch_log(text, "gpu.log");
    EXPECT_THAT(trace.problems, IsEmpty());
    ASSERT_EQ(trace.samples.size(), 3U);
    Reading expected = busy_gpu();
    if (form == WatchForm::kOld) expected.memory_used_bytes = expected.memory_total_bytes = {};
    EXPECT_EQ(trace.samples[0].reading, expected);
    EXPECT_EQ(trace.samples[1].reading, Reading{});
    EXPECT_EQ(trace.samples[2].utc_ns, kTime + 1000);
    EXPECT_EQ(trace.devices[1].name, "gpu2");
  }
}

TEST(WatchLog, ReadsTheTimesOf2022AndSelectedGpusUnderAHeaderOfAll) {
  const Trace trace = parse_watch_log(
      "# ##########\n"
      "# time, 0 id, 0 gpu_util %, 0 memory_util %, 0 encoder_util %, 0 decoder_util %, 0 gpu_temp "
      "C, 0 power_draw W, 1 id, 1 gpu_util %, 1 memory_util %, 1 encoder_util %, 1 decoder_util %, "
      "1 gpu_temp C, 1 power_draw W\n"
      "2022-10-22:12:30:05.250000,   1, 100,  75,   0,   0,    62,   250.50\n",
      "gpu.log");
  EXPECT_THAT(trace.problems, IsEmpty());
  ASSERT_EQ(trace.samples.size(), 1U);
  EXPECT_EQ(trace.samples[0].utc_ns, 1'666'441'805'250'000'000);
  EXPECT_EQ(trace.devices[0].name, "gpu1");
  EXPECT_EQ(trace.samples[0].reading.power_w, 250.5);
}

TEST(WatchLog, LeavesOutBrokenRowsAndSaysSo) {
  const Trace trace = parse_watch_log(watch_header(WatchForm::kNew, {0}) +
                                          "\n2026-11-22T00:04:28.476014,   0, 100, 100\n"
                                          "no time\n"
                                          "2026-11-22T00:04:28.476014,a,1,1,1,1,1,1,1,1\n",
                                      "gpu.log");
  EXPECT_THAT(trace.samples, IsEmpty());
  EXPECT_THAT(trace.problems,
              ElementsAre("gpu.log:2: has 3 fields behind the time, expected 9 for each GPU; the "
                          "row is left out",
                          "gpu.log:3: does not begin with a time; the row is left out",
                          "gpu.log:4: names GPU 'a', expected its number; the row is left out"));
}

}  // namespace
}  // namespace sciwright::energy
