#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "record/phases.h"
#include "record/timer_table.h"

namespace sciwright::record {

/// How timers can be written: table (with system table and `# csv` lines), csv, json, yaml, txt,
/// markdown, timers (every interval, as in timers.csv), trace (for Perfetto) and mllog.
std::vector<std::string> timer_forms();

/// Timers in one of these forms. `keys` says which of them an mllog shows, and as what. Throws a
/// usage error for a form that is unknown.
std::string timers_in_form(const std::string& form, const std::vector<Interval>& intervals,
                           const TimerReport& report, const MllogKeys& keys = {});

/// A report with node, user, system and version of this machine, and the system table.
TimerReport report_of_this_machine(const Clock& clock);

}  // namespace sciwright::record
