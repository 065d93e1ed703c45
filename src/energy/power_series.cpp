#include "energy/power_series.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "energy/plausibility.h"
#include "energy/power_curve.h"

namespace sciwright::energy {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// The mean power between two samples of a counter, where it went on.
double mean_power_w(DeviceKind kind, const Sample& last, const Sample& next) {
  const std::optional<double>& from_j = last.reading.energy_j;
  const std::optional<double>& to_j = next.reading.energy_j;
  if (last.session != next.session || next.utc_ns <= last.utc_ns) return kUnknown;
  if (!from_j || !to_j) return kUnknown;
  const double elapsed_s = static_cast<double>(next.utc_ns - last.utc_ns) * 1e-9;
  if (!is_possible_step(kind, *to_j - *from_j, elapsed_s)) return kUnknown;
  return (*to_j - *from_j) / elapsed_s;
}

}  // namespace

PowerSeries power_series(const Trace& trace, std::size_t device_index) {
  PowerSeries series;
  const DeviceKind kind = trace.devices[device_index].kind;
  const std::vector<const Sample*> samples = samples_of(trace, device_index);
  const std::int64_t longest_ns = longest_line_ns(samples);
  series.stepped = std::ranges::none_of(
      samples, [](const Sample* sample) { return sample->reading.power_w.has_value(); });
  const Sample* last = nullptr;
  for (const Sample* sample : samples) {
    if (series.stepped && last != nullptr) {
      series.power_w.back() = mean_power_w(kind, *last, *sample);
    } else if (last != nullptr &&
               (last->session != sample->session || sample->utc_ns - last->utc_ns > longest_ns)) {
      series.utc_ns.push_back(last->utc_ns);
      series.power_w.push_back(kUnknown);
    }
    series.utc_ns.push_back(sample->utc_ns);
    series.power_w.push_back(sample->reading.power_w.value_or(kUnknown));
    last = sample;
  }
  return series;
}

}  // namespace sciwright::energy
