#include "record/stopwatch.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::record {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kUtcStart = 1'700'000'000'000'000'000;

struct StopwatchTest : ::testing::Test {
  std::int64_t now_ns = 0;
  Stopwatch watch{fake_clock(&now_ns, kUtcStart)};
};

TEST_F(StopwatchTest, MeasuresAnInterval) {
  now_ns = 100;
  watch.start("train");
  now_ns = 350;
  watch.stop("train");
  const auto all = watch.intervals();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "train");
  EXPECT_EQ(all[0].kind, IntervalKind::kInterval);
  EXPECT_EQ(all[0].start_utc_ns, kUtcStart + 100);
  EXPECT_EQ(all[0].duration_ns, 250);
  EXPECT_EQ(all[0].status, "ok");
}

TEST_F(StopwatchTest, NestsTheSameAndOtherNames) {
  watch.start("outer");
  now_ns = 10;
  watch.start("inner");
  now_ns = 20;
  watch.start("inner");
  now_ns = 30;
  watch.stop("inner");
  now_ns = 50;
  watch.stop("inner");
  now_ns = 60;
  watch.stop("outer");
  const auto all = watch.intervals();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].duration_ns, 60);
  EXPECT_EQ(all[0].depth, 0);
  EXPECT_EQ(all[1].duration_ns, 40);
  EXPECT_EQ(all[1].depth, 1);
  EXPECT_EQ(all[2].duration_ns, 10);
  EXPECT_EQ(all[2].depth, 2);
}

TEST_F(StopwatchTest, LetsIntervalsOverlapWithoutNesting) {
  watch.start("a");
  now_ns = 1;
  watch.start("b");
  now_ns = 3;
  watch.stop("a");
  now_ns = 7;
  watch.stop("b");
  const auto all = watch.intervals();
  EXPECT_EQ(all[0].duration_ns, 3);
  EXPECT_EQ(all[1].duration_ns, 6);
}

TEST_F(StopwatchTest, NamesATimerThatIsStoppedWithoutAStart) {
  try {
    watch.stop("nothing");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "timer 'nothing' is stopped, but this thread has not started it");
  }
  EXPECT_TRUE(watch.intervals().empty());
}

TEST_F(StopwatchTest, ReportsWhatStillRuns) {
  watch.start("train");
  const auto all = watch.intervals();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].status, "running");
  EXPECT_FALSE(all[0].duration_ns);
}

TEST_F(StopwatchTest, RecordsEventsWithMessageAndValues) {
  now_ns = 5;
  watch.event("result", "best", {{"nnse", 0.9}});
  const auto all = watch.intervals();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, IntervalKind::kEvent);
  EXPECT_EQ(all[0].duration_ns, 0);
  EXPECT_EQ(all[0].message, "best");
  EXPECT_EQ(all[0].values, Json({{"nnse", 0.9}}));
}

TEST_F(StopwatchTest, NotesBelongToTheNewestIntervalOfTheName) {
  watch.start("epoch");
  watch.stop("epoch");
  watch.start("epoch");
  watch.set_message("epoch", "second");
  watch.set_values("epoch", 2);
  watch.stop("epoch");
  watch.set_status("epoch", "early");
  const auto all = watch.intervals();
  EXPECT_FALSE(all[0].message);
  EXPECT_EQ(all[0].status, "ok");
  EXPECT_EQ(all[1].message, "second");
  EXPECT_EQ(all[1].values, 2);
  EXPECT_EQ(all[1].status, "early");
}

TEST_F(StopwatchTest, RefusesANoteOnATimerThatNeverRan) {
  try {
    watch.set_message("epoch", "x");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'epoch'"));
  }
}

TEST_F(StopwatchTest, BlockFailsWhenAnExceptionPasses) {
  try {
    const TimedBlock block(watch, "train");
    now_ns = 4;
    throw std::runtime_error("x");
  } catch (const std::runtime_error&) {
  }
  { const TimedBlock block(watch, "train"); }
  const auto all = watch.intervals();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].status, "failed");
  EXPECT_EQ(all[0].duration_ns, 4);
  EXPECT_EQ(all[1].status, "ok");
}

TEST_F(StopwatchTest, BlockInADestructorDuringUnwindingIsNotFailed) {
  struct Cleaner {
    Stopwatch& watch;
    ~Cleaner() { const TimedBlock block(watch, "clean"); }
  };
  try {
    const Cleaner cleaner{watch};
    throw std::runtime_error("x");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(watch.intervals()[0].status, "ok");
}

TEST_F(StopwatchTest, BlockToleratesThatItWasStoppedByHand) {
  {
    const TimedBlock block(watch, "train");
    watch.stop("train");
  }
  EXPECT_EQ(watch.intervals().size(), 1U);
}

TEST_F(StopwatchTest, KeepsMoreIntervalsThanFitOneChunk) {
  const TimerId timer = watch.id("step");
  for (int i = 0; i < 5000; ++i) {
    watch.start(timer);
    ++now_ns;
    watch.stop(timer);
  }
  const auto all = watch.intervals();
  ASSERT_EQ(all.size(), 5000U);
  EXPECT_EQ(all.back().start_utc_ns, kUtcStart + 4999);
}

TEST_F(StopwatchTest, TwoStopwatchesInOneThreadDoNotMix) {
  Stopwatch other(fake_clock(&now_ns, 0));
  watch.start("a");
  other.start("b");
  watch.start("c");
  other.stop("b");
  EXPECT_EQ(watch.intervals().size(), 2U);
  EXPECT_EQ(other.intervals().size(), 1U);
}

TEST_F(StopwatchTest, TellsTheLastIntervalAndTheSumOfOneName) {
  watch.start("step");
  now_ns = 30;
  watch.stop("step");
  std::jthread([&] {
    now_ns = 40;
    watch.start("step");
    now_ns = 45;
    watch.stop("step", false);
  }).join();
  watch.start("other");
  ASSERT_TRUE(watch.last("step"));
  EXPECT_EQ(watch.last("step")->status, "failed");
  EXPECT_EQ(watch.last("step")->duration_ns, 5);
  EXPECT_EQ(watch.sum_ns("step"), 35);
  EXPECT_FALSE(watch.last("never"));
  EXPECT_EQ(watch.sum_ns("other"), 0);
}

TEST(Stopwatch, LosesNoIntervalOfEightThreads) {
  constexpr int kNumThreads = 8;
  constexpr int kNumIntervals = 100'000;
  Stopwatch watch(system_clock());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kNumThreads; ++t) {
      threads.emplace_back([&, t] {
        const std::string own = "thread " + std::to_string(t);
        for (int i = 0; i < kNumIntervals; ++i) {
          watch.start(i % 2 == 0 ? own : "shared");
          watch.stop(i % 2 == 0 ? own : "shared");
        }
      });
    }
    for (int i = 0; i < 3; ++i) watch.intervals();  // a report may be taken at any time
  }
  const auto summaries = summarize(watch.intervals());
  ASSERT_EQ(summaries.size(), std::size_t{kNumThreads} + 1);
  int total = 0;
  for (const TimerSummary& summary : summaries) {
    EXPECT_EQ(summary.num_running, 0);
    total += summary.count;
  }
  EXPECT_EQ(total, kNumThreads * kNumIntervals);
}

}  // namespace
}  // namespace sciwright::record
