#pragma once

#include "base/error.h"
#include "report/run_set.h"
#include "report_page/columns.h"

namespace sciwright::report_page {

/// What a run spent its time and power on, from its timers.csv and its power trace: `phases` (the
/// longest intervals: name, depth, start_s, duration_s, status), `power` (of each device: name,
/// t_s, power_w, at most 2000 points, lowest and highest of each stretch kept), `is_replayed` for a
/// trace without a run. Seconds since the first of all. Null where there is neither.
Json timeline_json(const report::Run& run, Columns& columns, Problems& problems);

}  // namespace sciwright::report_page
