#include "energy/trace_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/smi_fixtures.h"
#include "energy/watch_log.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kTime = 1'795'305'868'000'000'000;
constexpr std::int64_t kHour = 3'600'000'000'000;

/// Files of several kinds in a folder of their own.
class TraceReader : public testing::Test {
 protected:
  std::string file(const std::string& content) const {
    const auto path = directory_.path() / "trace";
    write_file_atomic(path, content);
    return path.string();
  }
  TemporaryDirectory directory_;
};

TEST_F(TraceReader, KnowsOurOwnFile) {
  const Device node = {"node", "ipmi", DeviceKind::kNode, "", Origin::kMeasured};
  const Trace trace =
      read_trace(file(trace_header() + "\n" + trace_row(node, {kTime, 0, 0, {}}) + "\n"), -5);
  ASSERT_EQ(trace.samples.size(), 1U);
  EXPECT_EQ(trace.samples[0].utc_ns, kTime);
}

TEST_F(TraceReader, TakesLocalTimesToUtc) {
  const Trace trace = read_trace(file(watch_header(WatchForm::kOld, {0}) + "\n" +
                                      watch_row(WatchForm::kOld, false, kTime, {{0, {}}}) + "\n"),
                                 -5);
  EXPECT_EQ(trace.samples.at(0).utc_ns, kTime + 5 * kHour);
}

TEST_F(TraceReader, KnowsWhatNvidiaSmiWrote) {
  EXPECT_EQ(read_trace(file(kOldSmiXml)).samples.size(), 2U);
}

TEST_F(TraceReader, SaysThatTimeRunsBackwards) {
  const Trace trace = read_trace(file(kNewSmiXml + kOldSmiXml));
  EXPECT_THAT(trace.problems, ElementsAre("gpu0: 1 samples are left out because their time runs "
                                          "backwards, by up to 2.000 s"));
}

TEST_F(TraceReader, RefusesOtherFiles) {
  EXPECT_THROW(read_trace(file("epoch,loss\n1,2\n")), Error);
  EXPECT_THROW(read_trace(file("")), Error);
  EXPECT_THROW(read_trace(directory_.path() / "missing"), Error);
}

}  // namespace
}  // namespace sciwright::energy
