#include "record/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::record {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kSecond = 1'000'000'000;

Interval ended(const std::string& name, int start_s, int seconds) {
  Interval out;
  out.name = name;
  out.start_utc_ns = start_s * kSecond;
  out.duration_ns = seconds * kSecond;
  out.status = "ok";
  return out;
}

Interval running(const std::string& name, int start_s) {
  Interval out = ended(name, start_s, 0);
  out.duration_ns.reset();
  out.status = "running";
  return out;
}

BatchJob job(int submit_s, int eligible_s, int start_s) {
  return {.scheduler = "Slurm",
          .id = "17",
          .submit_ns = submit_s * kSecond,
          .eligible_ns = eligible_s * kSecond,
          .start_ns = start_s * kSecond};
}

/// The gap row of a session that begins at 100 s after one that ended at 40 s.
Interval gap_of(const std::optional<BatchJob>& job) {
  return *gap_before({ended("total", 0, 40)}, 100 * kSecond, {.job = job});
}

TEST(Sessions, AreJoinedWithAGapBetweenThem) {
  const auto joined = join_sessions({running("total", 0), ended("epoch", 10, 30)},
                                    {ended("total", 100, 5), ended("epoch", 101, 2)});
  ASSERT_EQ(joined.size(), 5U);
  EXPECT_EQ(joined[0].status, kKilled);
  EXPECT_EQ(joined[0].duration_ns, 40 * kSecond);
  EXPECT_EQ(joined[2].kind, IntervalKind::kGap);
  EXPECT_EQ(joined[2].start_utc_ns, 40 * kSecond);
  EXPECT_EQ(joined[2].duration_ns, 60 * kSecond);
  std::vector<int> sessions;
  for (const Interval& interval : joined) sessions.push_back(interval.session);
  EXPECT_THAT(sessions, ElementsAre(0, 0, 1, 1, 1));
}

TEST(Sessions, HaveAGapFromWhereAKilledOneWasLastSeen) {
  const std::vector<Interval> killed = {running("total", 0), ended("epoch", 10, 30)};
  const Interval gap = *gap_before(killed, 100 * kSecond, {.last_seen_ns = 70 * kSecond});
  EXPECT_EQ(gap.start_utc_ns, 70 * kSecond);
  EXPECT_EQ(gap.duration_ns, 30 * kSecond);
  EXPECT_EQ(gap.values["idle_s"], 30.0);
  // Seen before the last interval ended; and by a clock that is ahead.
  EXPECT_EQ(gap_before(killed, 100 * kSecond, {.last_seen_ns = 20 * kSecond})->start_utc_ns,
            40 * kSecond);
  EXPECT_EQ(gap_before(killed, 100 * kSecond, {.last_seen_ns = 120 * kSecond})->duration_ns, 0);
}

TEST(Sessions, CountAKilledOneUntilItWasLastSeen) {
  const auto joined = join_sessions({running("total", 0), running("epoch", 50)},
                                    {ended("total", 100, 5)}, {.last_seen_ns = 70 * kSecond});
  EXPECT_EQ(joined[0].duration_ns, 70 * kSecond);
  EXPECT_EQ(joined[1].duration_ns, 20 * kSecond);
  EXPECT_EQ(joined[2].start_utc_ns, 70 * kSecond);
}

TEST(Sessions, LeaveGapsOutOfTheSummaries) {
  const auto summaries = summarize(join_sessions({ended("a", 0, 1)}, {ended("a", 10, 1)}));
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_DOUBLE_EQ(summaries[0].sum_s, 2);
}

TEST(Sessions, KeepAFirstSessionAsItIs) {
  const auto joined = join_sessions({}, {ended("a", 0, 1)});
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].session, 0);
}

TEST(Sessions, SplitAGapIntoQueueAndIdle) {
  const Interval gap = gap_of(job(50, 60, 90));
  EXPECT_EQ(gap.values, Json({{"queue_s", 30.0},
                              {"idle_s", 30.0},
                              {"scheduler", "Slurm"},
                              {"job", "17"},
                              {"submitted_utc", "1970-01-01T00:00:50Z"},
                              {"eligible_utc", "1970-01-01T00:01:00Z"},
                              {"started_utc", "1970-01-01T00:01:30Z"}}));
  EXPECT_EQ(gap.message, "Slurm job 17: 30.0 s in the queue, 30.0 s idle");
}

TEST(Sessions, CountNoQueueTimeOutsideOfTheGap) {
  // Queued while the session before still ran; and a second session in the same allocation.
  EXPECT_EQ(gap_of(job(1, 2, 99)).values["queue_s"], 59.0);
  EXPECT_EQ(gap_of(job(1, 2, 10)).values["queue_s"], 0.0);
  EXPECT_EQ(gap_of(job(1, 2, 10)).values["idle_s"], 60.0);
  // The clock of the scheduler's machine is ahead.
  EXPECT_EQ(gap_of(job(50, 50, 104)).values["queue_s"], 50.0);
}

TEST(Sessions, TakeTheSubmissionWhereEligibleIsNotKnown) {
  BatchJob queued = job(50, 0, 90);
  queued.eligible_ns.reset();
  EXPECT_EQ(gap_of(queued).values["queue_s"], 40.0);
  EXPECT_EQ(gap_of(queued).values["eligible_utc"], nullptr);
}

TEST(Sessions, DoNotGuessWhatTheSchedulerDoesNotTell) {
  const Interval gap = gap_of(BatchJob{.scheduler = "LSF", .id = "3", .problem = "not asked"});
  EXPECT_EQ(gap.values["queue_s"], nullptr);
  EXPECT_EQ(gap.values["idle_s"], nullptr);
  EXPECT_EQ(gap.message, "until LSF job 3 began; how long it queued is not known: not asked");
  EXPECT_EQ(gap_of({}).values, Json({{"queue_s", 0.0}, {"idle_s", 60.0}}));
}

TEST(Sessions, CountTheQueueBeforeTheFirst) {
  const auto joined = join_sessions({}, {ended("total", 100, 5)}, {.job = job(50, 60, 90)});
  ASSERT_EQ(joined.size(), 2U);
  EXPECT_EQ(joined[0].start_utc_ns, 60 * kSecond);
  EXPECT_EQ(joined[0].duration_ns, 30 * kSecond);
  EXPECT_EQ(joined[0].values["idle_s"], 0.0);
  EXPECT_EQ(joined[1].session, 0);
  BatchJob unknown{.scheduler = "Slurm", .id = "17", .problem = "no answer"};
  EXPECT_EQ(join_sessions({}, {ended("total", 100, 5)}, {.job = unknown}).size(), 1U);
}

TEST(Sessions, AddUpWhatAllOfThemWaited) {
  auto rows = join_sessions({}, {ended("total", 100, 5)}, {.job = job(50, 60, 90)});
  rows = join_sessions(rows, {ended("total", 205, 5)}, {.job = job(110, 110, 200)});
  const Json waiting = waiting_json(rows);
  EXPECT_EQ(waiting["queue_s"], 120.0);
  EXPECT_EQ(waiting["idle_s"], 10.0);
  EXPECT_EQ(waiting["gaps"].size(), 2U);
  EXPECT_EQ(waiting["gaps"][1]["session"], 1);
  EXPECT_EQ(waiting["gaps"][1]["gap_s"], 100.0);
  rows = join_sessions(rows, {ended("total", 300, 5)}, {.job = BatchJob{.scheduler = "LSF"}});
  EXPECT_EQ(waiting_json(rows)["queue_s"], nullptr);
  EXPECT_EQ(waiting_json({})["queue_s"], 0.0);
}

}  // namespace
}  // namespace sciwright::record
