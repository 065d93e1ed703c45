#include "record/intervals.h"

#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

Interval ended(const std::string& name, std::int64_t start_s, std::int64_t duration_s) {
  Interval interval;
  interval.name = name;
  interval.start_utc_ns = start_s * 1'000'000'000;
  interval.duration_ns = duration_s * 1'000'000'000;
  interval.status = "ok";
  return interval;
}

Interval running(const std::string& name, std::int64_t start_s) {
  Interval interval;
  interval.name = name;
  interval.start_utc_ns = start_s * 1'000'000'000;
  return interval;
}

TEST(Intervals, SummarizesEachNameInOrderOfFirstAppearance) {
  const auto summaries = summarize(
      {ended("loop", 0, 2), ended("init", 1, 1), ended("loop", 5, 4), running("loop", 10)});
  ASSERT_EQ(summaries.size(), 2U);
  const TimerSummary& loop = summaries[0];
  EXPECT_EQ(loop.name, "loop");
  EXPECT_EQ(loop.count, 2);
  EXPECT_EQ(loop.num_running, 1);
  EXPECT_DOUBLE_EQ(loop.sum_s, 6);
  EXPECT_DOUBLE_EQ(loop.min_s.value(), 2);
  EXPECT_DOUBLE_EQ(loop.max_s.value(), 4);
  EXPECT_DOUBLE_EQ(loop.mean_s.value(), 3);
  EXPECT_DOUBLE_EQ(loop.std_s.value(), std::sqrt(2.0));
  EXPECT_EQ(loop.last.status, "running");
  EXPECT_EQ(summaries[1].name, "init");
}

TEST(Intervals, HasNoStatisticsOfWhatNeverEnded) {
  const auto summaries = summarize({running("total", 0)});
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_EQ(summaries[0].count, 0);
  EXPECT_DOUBLE_EQ(summaries[0].sum_s, 0);
  EXPECT_FALSE(summaries[0].mean_s);
  EXPECT_FALSE(summaries[0].std_s);
}

TEST(Intervals, HasNoDeviationOfASingleInterval) {
  EXPECT_FALSE(summarize({ended("total", 0, 3)})[0].std_s);
}

}  // namespace
}  // namespace sciwright::record
