#pragma once

#include <string>
#include <vector>

#include "record/intervals.h"
#include "record/phases.h"

namespace sciwright::record {

/// Ended intervals as MLCommons log lines in the order of their times: for the timer "Total" and
/// the key "run" a run_start and a run_stop, for an event a point in time with its values. Objects
/// among an interval's values become metadata. Timers that `keys` does not list are left out.
std::string timers_mllog(const std::vector<Interval>& intervals, const MllogKeys& keys);

}  // namespace sciwright::record
