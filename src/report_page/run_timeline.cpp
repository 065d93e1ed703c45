#include "report_page/run_timeline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unistd.h>

#include <fmt/format.h>

#include "base/files.h"
#include "energy/power_series.h"
#include "energy/trace_reader.h"
#include "record/run_dir.h"
#include "record/timers_csv.h"

namespace sciwright::report_page {
namespace {

using record::Interval;

constexpr std::size_t kMostPhases = 500;
constexpr std::size_t kMostPoints = 2000;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

double seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

/// The ended intervals that took longest, by their begin.
std::vector<Interval> longest(std::vector<Interval> intervals) {
  std::erase_if(intervals, [](const Interval& one) {
    return one.kind == record::IntervalKind::kEvent || !one.duration_ns;
  });
  std::ranges::stable_sort(intervals, std::greater(),
                           [](const Interval& one) { return *one.duration_ns; });
  if (intervals.size() > kMostPhases) intervals.resize(kMostPhases);
  std::ranges::stable_sort(intervals, {}, &Interval::start_utc_ns);
  return intervals;
}

std::vector<Interval> intervals_of(const report::Run& run, Problems& problems) {
  if (run.kind != report::RunKind::kFolder) return {};
  const auto text = read_file_if_there(record::RunPaths(run.folder).timers);
  return text ? longest(record::parse_timers_csv(*text, problems)) : std::vector<Interval>();
}

energy::Trace trace_of(const report::Run& run, Problems& problems) {
  std::filesystem::path path;
  if (run.kind == report::RunKind::kTrace) path = run.name;
  if (run.kind == report::RunKind::kFolder) path = record::RunPaths(run.folder).energy;
  if (path.empty() || ::access(path.c_str(), R_OK) != 0) return {};
  try {
    return energy::read_trace(path);
  } catch (const Error& error) {  // caught here: one bad trace must not hide all other runs
    problems.emplace_back(error.what());
    return {};
  }
}

Json phases_json(const std::vector<Interval>& intervals, std::int64_t start_ns, Columns& columns) {
  std::vector<std::string> names;
  std::vector<std::string> statuses;
  std::vector<double> depths;
  std::vector<double> starts;
  std::vector<double> durations;
  for (const Interval& one : intervals) {
    const bool is_gap = one.kind == record::IntervalKind::kGap;
    names.push_back(one.thread_index > 0 ? fmt::format("{} ({})", one.name, one.thread_index)
                                         : one.name);
    statuses.push_back(is_gap ? "gap" : one.status);
    depths.push_back(one.depth);
    starts.push_back(seconds(one.start_utc_ns - start_ns));
    durations.push_back(seconds(*one.duration_ns));
  }
  return {{"names", columns.texts(names)},
          {"statuses", columns.texts(statuses)},
          {"depths", columns.numbers(depths)},
          {"start_s", columns.numbers(starts)},
          {"duration_s", columns.numbers(durations)}};
}

/// The lowest and the highest sample of each stretch, and every gap, in order.
std::vector<std::size_t> worth_drawing(const std::vector<double>& values) {
  std::vector<std::size_t> out;
  const std::size_t stretch = (2 * values.size() + kMostPoints - 1) / kMostPoints;
  for (std::size_t begin = 0; begin < values.size(); begin += std::max<std::size_t>(1, stretch)) {
    const std::size_t end = std::min(values.size(), begin + std::max<std::size_t>(1, stretch));
    std::size_t low = begin;
    std::size_t high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (std::isnan(values[i])) out.push_back(i);
      if (!(values[i] >= values[low])) low = i;
      if (!(values[i] <= values[high])) high = i;
    }
    out.push_back(low);
    out.push_back(high);
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Json power_json(const energy::Trace& trace, std::int64_t start_ns, Columns& columns) {
  Json out = Json::array();
  for (std::size_t device = 0; device < trace.devices.size(); ++device) {
    const energy::PowerSeries series = energy::power_series(trace, device);
    std::vector<double> times;
    std::vector<double> powers;
    for (const std::size_t i : worth_drawing(series.power_w)) {
      times.push_back(seconds(series.utc_ns[i] - start_ns));
      powers.push_back(series.power_w[i]);
    }
    if (std::ranges::all_of(powers, [](double power) { return std::isnan(power); })) continue;
    out.push_back({{"name", trace.devices[device].name},
                   {"is_stepped", series.stepped},
                   {"t_s", columns.numbers(times)},
                   {"power_w", columns.numbers(powers)}});
  }
  return out;
}

std::int64_t first_of(const std::vector<Interval>& intervals, const energy::Trace& trace) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const Interval& one : intervals) first = std::min(first, one.start_utc_ns);
  for (const energy::Sample& sample : trace.samples) first = std::min(first, sample.utc_ns);
  return first;
}

}  // namespace

Json timeline_json(const report::Run& run, Columns& columns, Problems& problems) {
  const std::vector<Interval> intervals = intervals_of(run, problems);
  const energy::Trace trace = trace_of(run, problems);
  if (intervals.empty() && trace.samples.empty()) return nullptr;
  const std::int64_t start_ns = first_of(intervals, trace);
  return {{"phases", phases_json(intervals, start_ns, columns)},
          {"power", power_json(trace, start_ns, columns)},
          {"is_replayed", run.kind == report::RunKind::kTrace}};
}

}  // namespace sciwright::report_page
