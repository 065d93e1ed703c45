#include "energy/mlperf_power.h"

#include <set>
#include <sstream>

#include "base/error.h"
#include "record/mllog.h"

namespace sciwright::energy {
namespace {

/// The times at which the total's parts were sampled.
std::set<std::int64_t> moments_of(const Trace& trace, const TotalEnergy& total) {
  std::set<std::int64_t> moments;
  for (const Sample& sample : trace.samples) {
    if (trace.devices[sample.device_index].name == total.of.front()) moments.insert(sample.utc_ns);
  }
  return moments;
}

}  // namespace

std::string mlperf_power_log(const Accounting& accounting, const MlperfPower& facts) {
  const std::vector<Window> whole = accounting.whole();
  const TotalEnergy total = accounting.total(whole);
  if (!total.joules) throw usage_error("nothing was measured that a power file could hold");
  std::ostringstream lines;
  std::int64_t now_ns = whole.front().begin_ns;
  const Clock recorded{[&now_ns] { return now_ns; }, [&now_ns] { return now_ns; }};
  record::MllogWriter log(recorded, {.file = {}, .echo = &lines, .name_space = {}});
  log.start("power_measurement_start");
  log.point("conversion_eff", facts.conversion_eff);
  for (const std::int64_t moment_ns : moments_of(accounting.trace(), total)) {
    const auto power_w = accounting.total_power_w(total, moment_ns);
    if (!power_w) continue;
    now_ns = moment_ns;
    log.point("power_reading", *power_w, {{"host", facts.host}});
  }
  now_ns = whole.back().end_ns;
  log.end("power_measurement_stop");
  return lines.str();
}

}  // namespace sciwright::energy
