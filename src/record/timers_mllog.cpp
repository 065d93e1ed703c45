#include "record/timers_mllog.h"

#include <algorithm>
#include <sstream>

#include "record/mllog.h"

namespace sciwright::record {
namespace {

/// One end of an interval.
struct Moment {
  std::int64_t utc_ns;
  bool is_stop;
  const Interval* interval;
};

/// At the same time, what begins comes before what ends, and inner ends before outer ones.
bool comes_before(const Moment& a, const Moment& b) {
  if (a.utc_ns != b.utc_ns) return a.utc_ns < b.utc_ns;
  if (a.is_stop != b.is_stop) return b.is_stop;
  return a.is_stop && a.interval->depth > b.interval->depth;
}

std::vector<Moment> moments_of(const std::vector<Interval>& intervals, const MllogKeys& keys) {
  std::vector<Moment> moments;
  for (const Interval& interval : intervals) {
    if (!interval.duration_ns || !keys.contains(interval.name)) continue;
    moments.push_back({interval.start_utc_ns, false, &interval});
    if (interval.kind == IntervalKind::kInterval) {
      moments.push_back({interval.start_utc_ns + *interval.duration_ns, true, &interval});
    }
  }
  std::stable_sort(moments.begin(), moments.end(), comes_before);
  return moments;
}

}  // namespace

std::string timers_mllog(const std::vector<Interval>& intervals, const MllogKeys& keys) {
  std::ostringstream out;
  std::int64_t now_ns = 0;
  MllogWriter writer({.steady_ns = [&] { return now_ns; }, .utc_ns = [&] { return now_ns; }},
                     {.file = {}, .echo = &out, .name_space = {}});
  for (const auto& [utc_ns, is_stop, interval] : moments_of(intervals, keys)) {
    now_ns = utc_ns;
    const std::string& key = keys.find(interval->name)->second;
    Json metadata = interval->values.is_object() ? interval->values : Json::object();
    if (interval->kind == IntervalKind::kEvent) {
      writer.point(key, interval->values);
    } else if (!is_stop) {
      writer.start(key + "_start", metadata);
    } else {
      if (key == "run") metadata["status"] = interval->status == "ok" ? "success" : "aborted";
      writer.end(key + "_stop", metadata);
    }
  }
  return out.str();
}

}  // namespace sciwright::record
