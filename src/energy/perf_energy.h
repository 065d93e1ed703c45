#pragma once

#include <filesystem>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// An energy event of the kernel's performance counters ("power/energy-pkg/").
struct EnergyEvent {
  DeviceKind kind = DeviceKind::kCpuPackage;
  std::uint32_t type = 0;    ///< perf_event_attr.type of the "power" unit.
  std::uint64_t config = 0;  ///< perf_event_attr.config.
  double joules_per_count = 0;
  std::vector<int> cpus = {};  ///< One processor of each socket.
};

/// The energy events that `root`/sys/bus/event_source/devices/power describes. Empty where there is
/// no such unit.
std::vector<EnergyEvent> energy_events(const std::filesystem::path& root);

/// Asks a counter; nothing when it does not answer.
using CounterReader = std::function<std::optional<std::uint64_t>()>;

/// Opens the counter of an event on a processor. On failure the reader is empty and `errno` says
/// why.
using OpenCounter = std::function<CounterReader(const EnergyEvent& event, int cpu)>;

/// perf_event_open(2).
CounterReader open_perf_counter(const EnergyEvent& event, int cpu);

/// A sensor for each event and socket.
FoundSensors perf_sensors(const std::filesystem::path& root,
                          const OpenCounter& open = open_perf_counter);

}  // namespace sciwright::energy
