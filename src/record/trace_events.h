#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "record/intervals.h"

namespace sciwright::record {

/// A quantity over time for the trace viewer, for example the power of one device.
struct CounterTrack {
  std::string name;                                      ///< "GPU 0".
  std::string unit;                                      ///< "W".
  std::vector<std::pair<std::int64_t, double>> samples;  ///< UTC in ns, value.
};

/// `trace.json`: intervals and counters in the Trace Event Format that Perfetto and
/// chrome://tracing open. Times are microseconds since the earliest interval; each session is a
/// process, each thread a thread. Running intervals and gaps are left out.
std::string trace_events_json(const std::vector<Interval>& intervals,
                              const std::vector<CounterTrack>& counters = {});

}  // namespace sciwright::record
