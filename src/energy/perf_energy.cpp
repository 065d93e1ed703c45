#include "energy/perf_energy.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

#include "energy/index_list.h"
#include "io/csv.h"
#include "record/kernel_files.h"

namespace sciwright::energy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<const char*, DeviceKind>, 3> kEvents = {
    {{"energy-pkg", DeviceKind::kCpuPackage},
     {"energy-ram", DeviceKind::kDram},
     {"energy-psys", DeviceKind::kPlatform}}};

/// The config of "event=0x02". Other forms are not used by the power unit.
std::optional<std::uint64_t> event_config(const std::string& text) {
  constexpr std::string_view kPrefix = "event=0x";
  if (!text.starts_with(kPrefix)) return {};
  std::uint64_t config = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + kPrefix.size(), end, config, 16);
  if (error != std::errc() || rest != end) return {};
  return config;
}

std::string unreadable(int error) {
  if (error == EACCES || error == EPERM) {
    return "perf: reading energy needs a permission; allow it with: sudo sysctl "
           "kernel.perf_event_paranoid=0";
  }
  return fmt::format("perf: the energy events cannot be opened: {}", std::strerror(error));
}

}  // namespace

std::vector<EnergyEvent> energy_events(const fs::path& root) {
  const fs::path unit = root / "sys/bus/event_source/devices/power";
  std::vector<EnergyEvent> events;
  const auto type = record::kernel_number(unit / "type");
  const auto cpus = parse_index_list(record::read_kernel_file(unit / "cpumask").value_or("0"));
  if (!type || !cpus) return events;
  for (const auto& [name, kind] : kEvents) {
    const fs::path file = unit / "events" / name;
    const auto config = event_config(record::read_kernel_file(file).value_or(""));
    const auto scale =
        io::parse_double(record::read_kernel_file(file.string() + ".scale").value_or(""));
    if (!config || !scale) continue;
    events.push_back({kind, static_cast<std::uint32_t>(*type), *config, *scale, *cpus});
  }
  return events;
}

CounterReader open_perf_counter(const EnergyEvent& event, int cpu) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  const long descriptor =
      ::syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  if (descriptor < 0) return {};
  const std::shared_ptr<int> file(new int(static_cast<int>(descriptor)), [](int* open) {
    ::close(*open);
    delete open;
  });
  return [file]() -> std::optional<std::uint64_t> {
    std::uint64_t count = 0;
    if (::read(*file, &count, sizeof count) != sizeof count) return {};
    return count;
  };
}

FoundSensors perf_sensors(const fs::path& root, const OpenCounter& open) {
  FoundSensors found;
  const std::vector<EnergyEvent> events = energy_events(root);
  if (events.empty()) {
    found.problems.push_back("perf: the kernel offers no energy events");
  }
  for (const EnergyEvent& event : events) {
    for (std::size_t socket = 0; socket < event.cpus.size(); ++socket) {
      const CounterReader counter = open(event, event.cpus[socket]);
      if (!counter) {
        found.problems = {unreadable(errno)};
        continue;
      }
      const std::string name = event.kind == DeviceKind::kPlatform
                                   ? kind_name(event.kind)
                                   : fmt::format("{}{}", kind_name(event.kind), socket);
      Device device = {name, "perf", event.kind, "", Origin::kMeasured};
      found.sensors.push_back(
          {std::move(device), [counter, unit = event.joules_per_count](std::int64_t) {
             Reading reading;
             if (const auto count = counter()) {
               reading.energy_j = static_cast<double>(*count) * unit;
             }
             return reading;
           }});
    }
  }
  return found;
}

}  // namespace sciwright::energy
