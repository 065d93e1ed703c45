#pragma once

#include <utility>
#include <vector>

#include "energy/trace.h"

namespace sciwright::energy {

inline constexpr std::int64_t kSecondNs = 1'000'000'000;

/// A GPU's trace: seconds and watts.
inline Trace power_trace(const std::vector<std::pair<double, std::optional<double>>>& samples) {
  Trace trace;
  trace.devices = {{"gpu0", "nvml", DeviceKind::kGpu, "", Origin::kMeasured}};
  for (const auto& [time_s, power_w] : samples) {
    Reading reading;
    reading.power_w = power_w;
    trace.samples.push_back({static_cast<std::int64_t>(time_s * 1e9), 0, 0, reading});
  }
  return trace;
}

/// A package's trace: seconds and the counter's joules.
inline Trace counter_trace(const std::vector<std::pair<double, std::optional<double>>>& samples) {
  Trace trace;
  trace.devices = {{"cpu0", "powercap", DeviceKind::kCpuPackage, "", Origin::kMeasured}};
  for (const auto& [time_s, energy_j] : samples) {
    Reading reading;
    reading.energy_j = energy_j;
    trace.samples.push_back({static_cast<std::int64_t>(time_s * 1e9), 0, 0, reading});
  }
  return trace;
}

/// The devices and samples of both.
inline Trace joined(Trace a, const Trace& b) {
  for (Sample sample : b.samples) {
    sample.device_index = a.index_of(b.devices[sample.device_index]);
    a.samples.push_back(sample);
  }
  return a;
}

}  // namespace sciwright::energy
