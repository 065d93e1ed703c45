#include "record/sessions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "record/utc_stamp.h"

namespace sciwright::record {
namespace {

double seconds(std::int64_t ns) { return static_cast<double>(ns) / kNsPerSecond; }

std::int64_t end_utc_ns(const Interval& interval) {
  return interval.start_utc_ns + interval.duration_ns.value_or(0);
}

Json stamp(const std::optional<std::int64_t>& utc_ns) {
  return utc_ns ? Json(utc_iso8601(*utc_ns)) : Json(nullptr);
}

/// From when on a job waited for nothing but room.
std::optional<std::int64_t> queued_since(const BatchJob& job) {
  return job.eligible_ns ? job.eligible_ns : job.submit_ns;
}

bool has_queue_time(const BatchJob& job) { return job.start_ns && queued_since(job); }

/// Says in `values` and `message` what a gap was.
void explain_gap(Interval& gap, const std::optional<BatchJob>& job) {
  const std::int64_t begin_ns = gap.start_utc_ns;
  const std::int64_t end_ns = end_utc_ns(gap);
  if (!job) {
    gap.values = {{"queue_s", 0.0}, {"idle_s", seconds(end_ns - begin_ns)}};
    gap.message = "the run was not running";
    return;
  }
  gap.values = {
      {"queue_s", nullptr}, {"idle_s", nullptr}, {"scheduler", job->scheduler}, {"job", job->id}};
  if (!has_queue_time(*job)) {
    gap.values["reason"] = job->problem;
    gap.message = fmt::format("until {} job {} began; how long it queued is not known: {}",
                              job->scheduler, job->id, job->problem);
    return;
  }
  const std::int64_t queued_ns = std::max<std::int64_t>(
      0, std::min(end_ns, *job->start_ns) - std::max(begin_ns, *queued_since(*job)));
  const double queue_s = seconds(queued_ns);
  const double idle_s = seconds(end_ns - begin_ns - queued_ns);
  gap.values["queue_s"] = queue_s;
  gap.values["idle_s"] = idle_s;
  gap.values["submitted_utc"] = stamp(job->submit_ns);
  gap.values["eligible_utc"] = stamp(job->eligible_ns);
  gap.values["started_utc"] = stamp(job->start_ns);
  gap.message = fmt::format("{} job {}: {:.1f} s in the queue, {:.1f} s idle", job->scheduler,
                            job->id, queue_s, idle_s);
}

}  // namespace

std::optional<Interval> gap_before(const std::vector<Interval>& earlier, std::int64_t begin_ns,
                                   const SessionStart& start) {
  const std::optional<BatchJob>& job = start.job;
  Interval gap;
  gap.name = "gap";
  gap.kind = IntervalKind::kGap;
  gap.status = "ok";
  std::int64_t until_ns = begin_ns;
  if (earlier.empty()) {
    if (!job || !has_queue_time(*job)) return {};
    until_ns = std::min(begin_ns, *job->start_ns);
    gap.start_utc_ns = std::min(until_ns, *queued_since(*job));
  } else {
    gap.start_utc_ns =
        std::max(end_utc_ns(earlier.front()), start.last_seen_ns.value_or(INT64_MIN));
    for (const Interval& interval : earlier) {
      gap.session = std::max(gap.session, interval.session + 1);
      gap.start_utc_ns = std::max(gap.start_utc_ns, end_utc_ns(interval));
    }
    // Clocks of two machines: what was seen in the future was seen now.
    if (start.last_seen_ns) gap.start_utc_ns = std::min(gap.start_utc_ns, begin_ns);
  }
  gap.duration_ns = std::max<std::int64_t>(0, until_ns - gap.start_utc_ns);
  explain_gap(gap, job);
  return gap;
}

std::vector<Interval> join_sessions(std::vector<Interval> earlier, std::vector<Interval> present,
                                    const SessionStart& start) {
  int session = 0;
  std::optional<Interval> gap;
  if (!present.empty()) gap = gap_before(earlier, present.front().start_utc_ns, start);
  for (Interval& interval : earlier) {
    if (gap && interval.status == "running" && !interval.duration_ns) {
      interval.status = kKilled;
      interval.duration_ns = std::max<std::int64_t>(0, gap->start_utc_ns - interval.start_utc_ns);
    }
    session = std::max(session, interval.session + 1);
  }
  if (gap) earlier.push_back(*std::move(gap));
  for (Interval& interval : present) {
    interval.session = session;
    earlier.push_back(std::move(interval));
  }
  return earlier;
}

Json waiting_json(const std::vector<Interval>& intervals) {
  Json gaps = Json::array();
  Json sums = {{"queue_s", 0.0}, {"idle_s", 0.0}};
  for (const Interval& interval : intervals) {
    if (interval.kind != IntervalKind::kGap || !interval.duration_ns) continue;
    Json gap = interval.values.is_object() ? interval.values : Json::object();
    for (auto& [name, sum] : sums.items()) {
      const Json part = gap.value(name, Json());
      sum = sum.is_number() && part.is_number() ? Json(sum.get<double>() + part.get<double>())
                                                : Json(nullptr);
    }
    gap["session"] = interval.session;
    gap["start_utc"] = utc_iso8601(interval.start_utc_ns, 3);
    gap["gap_s"] = seconds(*interval.duration_ns);
    gaps.push_back(std::move(gap));
  }
  return {{"queue_s", sums["queue_s"]}, {"idle_s", sums["idle_s"]}, {"gaps", std::move(gaps)}};
}

}  // namespace sciwright::record
