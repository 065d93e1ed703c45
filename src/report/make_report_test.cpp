#include "report/make_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fabricated_runs.h"
#include "report/load.h"

namespace sciwright::report {
namespace {

using ::testing::Contains;

/// Two runs, of which the second does not tell how long its training took.
class TradeOffs : public testing::Test {
 protected:
  void SetUp() override {
    make_run(folder_.path() / "a");
    make_run(folder_.path() / "b");
    const std::filesystem::path result = folder_.path() / "b/result.json";
    std::string text = read_file(result);
    text.replace(text.find("\"Training\""), 10, "\"Waiting\"");
    std::ofstream(result) << text;
  }

  std::vector<Leaderboard> trade_offs(std::vector<std::string> metrics = {}) const {
    const ReportRequest request{
        .groups = {.metrics = std::move(metrics), .each = true},
        .directions = {{{"cloudmask", {{"accuracy", campaign::Direction::kHigher}}}}}};
    return make_trade_offs(load({folder_.path()}), request);
  }

 private:
  const TemporaryDirectory folder_;
};

TEST_F(TradeOffs, TellWhichGroupsCannotBeOnTheFront) {
  const std::vector<Leaderboard> boards = trade_offs();
  ASSERT_EQ(boards.size(), 1U);
  EXPECT_EQ(boards[0].groups.metrics, (std::vector<std::string>{"accuracy", "times_s.Training"}));
  EXPECT_THAT(boards[0].warnings,
              Contains("1 of 2 have no times_s.Training: they cannot be on the front."));
}

TEST_F(TradeOffs, AreForThoseWhoAskedForNoMetric) { EXPECT_TRUE(trade_offs({"accuracy"}).empty()); }

}  // namespace
}  // namespace sciwright::report
