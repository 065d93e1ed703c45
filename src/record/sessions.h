#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "record/batch_job.h"
#include "record/intervals.h"

namespace sciwright::record {

/// In what surroundings a session begins.
struct SessionStart {
  std::optional<BatchJob> job = {};  ///< In which it runs.
  /// When the session before was last seen at work, by other files than its timers: a killed one
  /// has intervals that never ended. Nothing where that is not known.
  std::optional<std::int64_t> last_seen_ns = {};
};

/// The row of the time before a session that begins at `begin_ns`, after the sessions of `earlier`:
/// from the end of the last one, or, before the first, while its job was queued. Its `values` say
/// how much of it the job spent in the queue (from eligible to started: `queue_s`) and how much is
/// nobody's (`idle_s`), null where the scheduler does not tell. Nothing before a first session that
/// is no job, or one whose times are not known.
std::optional<Interval> gap_before(const std::vector<Interval>& earlier, std::int64_t begin_ns,
                                   const SessionStart& start);

/// Joins the intervals of earlier sessions with those of this one, which gets the next session
/// number and the gap row before it. An earlier interval that still runs was cut off: it becomes
/// "killed", and lasts until the session was last seen, where the gap begins.
std::vector<Interval> join_sessions(std::vector<Interval> earlier, std::vector<Interval> present,
                                    const SessionStart& start = {});

/// `waiting` of result.json: each gap with its values, and the sums of `queue_s` and `idle_s`, null
/// where one of them is not known.
Json waiting_json(const std::vector<Interval>& intervals);

}  // namespace sciwright::record
