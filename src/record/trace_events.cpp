#include "record/trace_events.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/clock.h"

namespace sciwright::record {
namespace {

double microseconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-3; }

/// Process numbers start at 1: viewers treat 0 as the idle process.
int process_id(int session) { return session + 1; }

Json interval_event(const Interval& interval, std::int64_t origin_ns) {
  Json event = {{"name", interval.name},
                {"cat", "sciwright"},
                {"pid", process_id(interval.session)},
                {"tid", interval.thread_index},
                {"ts", microseconds(interval.start_utc_ns - origin_ns)},
                {"args", {{"status", interval.status}}}};
  if (interval.message) event["args"]["message"] = *interval.message;
  if (!interval.values.is_null()) event["args"]["values"] = interval.values;
  if (interval.kind == IntervalKind::kEvent) {
    event["ph"] = "i";
    event["s"] = "t";
  } else {
    event["ph"] = "X";
    event["dur"] = microseconds(*interval.duration_ns);
  }
  return event;
}

}  // namespace

std::string trace_events_json(const std::vector<Interval>& intervals,
                              const std::vector<CounterTrack>& counters) {
  std::int64_t origin_ns = std::numeric_limits<std::int64_t>::max();
  for (const Interval& i : intervals) origin_ns = std::min(origin_ns, i.start_utc_ns);
  for (const CounterTrack& c : counters) {
    for (const auto& [utc_ns, value] : c.samples) origin_ns = std::min(origin_ns, utc_ns);
  }
  Json events = Json::array();
  std::set<int> sessions;
  for (const Interval& interval : intervals) {
    if (!interval.duration_ns || interval.kind == IntervalKind::kGap) continue;
    if (sessions.insert(interval.session).second) {
      events.push_back({{"name", "process_name"},
                        {"ph", "M"},
                        {"pid", process_id(interval.session)},
                        {"args", {{"name", fmt::format("session {}", interval.session)}}}});
    }
    events.push_back(interval_event(interval, origin_ns));
  }
  for (const CounterTrack& counter : counters) {
    for (const auto& [utc_ns, value] : counter.samples) {
      events.push_back({{"name", counter.name},
                        {"ph", "C"},
                        {"pid", process_id(0)},
                        {"ts", microseconds(utc_ns - origin_ns)},
                        {"args", {{counter.unit, value}}}});
    }
  }
  Json document = {{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}};
  if (!intervals.empty()) document["otherData"]["start_utc"] = utc_iso8601(origin_ns, 6);
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sciwright::record
