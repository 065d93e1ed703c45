#include "energy/plausibility.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "energy/power_curve.h"

namespace sciwright::energy {
namespace {

constexpr double kTickSeconds = 1;
constexpr double kSecondsPerNs = 1e-9;

std::string stamp(const Sample& sample) { return utc_iso8601(sample.utc_ns, 3); }

/// Takes a value out that cannot be; notes the first of a device.
void drop_if(bool is_impossible, std::optional<double>& value, const Sample& sample,
             std::int64_t& num_dropped, std::string& first) {
  if (!is_impossible) return;
  if (++num_dropped == 1) first = fmt::format("{} at {}", *value, stamp(sample));
  value.reset();
}

void drop_values(Trace& trace, std::size_t device_index) {
  const Device& device = trace.devices[device_index];
  const double most_w = max_power_w(device.kind);
  std::int64_t num_dropped = 0;
  std::string first;
  for (Sample& sample : trace.samples) {
    if (sample.device_index != device_index) continue;
    std::optional<double>& power_w = sample.reading.power_w;
    drop_if(power_w && !(*power_w >= 0 && *power_w <= most_w), power_w, sample, num_dropped, first);
    std::optional<double>& energy_j = sample.reading.energy_j;
    drop_if(energy_j && !(*energy_j >= 0 && std::isfinite(*energy_j)), energy_j, sample,
            num_dropped, first);
  }
  if (num_dropped == 0) return;
  trace.problems.push_back(
      fmt::format("{} ({}): {} impossible values are left out, the first {}, expected 0 to {:.0f} "
                  "W, or a count of joules",
                  device.name, device.source, num_dropped, first, most_w));
}

/// Says where a device that told something fell silent.
void tell_silence(Trace& trace, std::size_t device_index) {
  std::int64_t num_samples = 0;
  std::int64_t num_silent = 0;
  std::string first;
  for (const Sample& sample : trace.samples) {
    if (sample.device_index != device_index) continue;
    ++num_samples;
    if (sample.reading.power_w || sample.reading.energy_j) continue;
    if (++num_silent == 1) first = stamp(sample);
  }
  if (num_silent == 0 || num_silent == num_samples) return;
  const Device& device = trace.devices[device_index];
  trace.problems.push_back(
      fmt::format("{} ({}): told neither power nor energy in {} of {} samples, the first at {}",
                  device.name, device.source, num_silent, num_samples, first));
}

/// Says of a counter that it never moved, though it had the time for a tick.
void tell_still_counter(Trace& trace, std::size_t device_index) {
  std::vector<const Sample*> counts = samples_of(trace, device_index);
  std::erase_if(counts, [](const Sample* sample) { return !sample->reading.energy_j; });
  if (counts.empty()) return;
  const Sample& first = *counts.front();
  const bool is_still = std::all_of(counts.begin(), counts.end(), [&](const Sample* sample) {
    return sample->reading.energy_j == first.reading.energy_j;
  });
  const double span_s = static_cast<double>(counts.back()->utc_ns - first.utc_ns) * kSecondsPerNs;
  if (!is_still || span_s <= kTickSeconds) return;
  const Device& device = trace.devices[device_index];
  trace.problems.push_back(
      fmt::format("{} ({}): the energy counter stood still at {:.6g} J for all {:.1f} s",
                  device.name, device.source, *first.reading.energy_j, span_s));
}

void tell_broken_steps(Trace& trace, std::size_t device_index) {
  std::int64_t num_broken = 0;
  std::string first;
  visit_counter_steps(
      trace, device_index, [&](const Sample& from, const Sample& to, bool is_possible) {
        if (is_possible || ++num_broken > 1) return;
        first = fmt::format("from {:.6g} J to {:.6g} J at {}", *from.reading.energy_j,
                            *to.reading.energy_j, stamp(to));
      });
  if (num_broken == 0) return;
  const Device& device = trace.devices[device_index];
  trace.problems.push_back(fmt::format(
      "{} ({}): the energy counter fell or jumped {} times, the first {}; what was used "
      "then is not known",
      device.name, device.source, num_broken, first));
}

}  // namespace

double max_power_w(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kGpu:
      return 5000;
    case DeviceKind::kCpuPackage:
    case DeviceKind::kDram:
      return 2000;
    case DeviceKind::kPlatform:
    case DeviceKind::kNode:
      break;
  }
  return 100'000;
}

bool is_possible_step(DeviceKind kind, double joules, double elapsed_s) {
  return joules >= 0 && joules <= max_power_w(kind) * (elapsed_s + kTickSeconds);
}

void drop_impossible(Trace& trace) {
  for (std::size_t i = 0; i < trace.devices.size(); ++i) {
    tell_silence(trace, i);
    drop_values(trace, i);
    tell_broken_steps(trace, i);
    tell_still_counter(trace, i);
  }
}

}  // namespace sciwright::energy
