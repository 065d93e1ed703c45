#include "energy/hwmon.h"

#include <fmt/format.h>

#include "record/kernel_files.h"

namespace sciwright::energy {
namespace {

namespace fs = std::filesystem;

/// A file's number times `unit`.
std::optional<double> scaled(const fs::path& file, double unit) {
  const auto number = record::kernel_number(file);
  return number ? std::optional(static_cast<double>(*number) * unit) : std::nullopt;
}

Reading read_gpu(const fs::path& monitor) {
  Reading reading;
  reading.power_w = scaled(monitor / "power1_average", 1e-6);
  if (!reading.power_w) reading.power_w = scaled(monitor / "power1_input", 1e-6);
  reading.energy_j = scaled(monitor / "energy1_input", 1e-6);
  reading.temperature_c = scaled(monitor / "temp1_input", 1e-3);
  reading.utilization_fraction = scaled(monitor / "device/gpu_busy_percent", 1e-2);
  reading.memory_utilization_fraction = scaled(monitor / "device/mem_busy_percent", 1e-2);
  reading.memory_used_bytes = record::kernel_number(monitor / "device/mem_info_vram_used");
  reading.memory_total_bytes = record::kernel_number(monitor / "device/mem_info_vram_total");
  return reading;
}

}  // namespace

FoundSensors hwmon_sensors(const fs::path& root) {
  FoundSensors found;
  const fs::path directory = root / "sys/class/hwmon";
  for (const fs::path& monitor : record::numbered_entries(directory, "hwmon")) {
    const std::string driver = record::read_kernel_file(monitor / "name").value_or("");
    if (driver != "amdgpu" && driver != "i915" && driver != "xe") continue;
    const Reading first = read_gpu(monitor);
    if (!first.power_w && !first.energy_j) continue;  // an integrated part without a meter
    Device device = {fmt::format("gpu{}", found.sensors.size()), "hwmon", DeviceKind::kGpu, driver,
                     Origin::kMeasured};
    found.sensors.push_back(
        {std::move(device), [monitor](std::int64_t) { return read_gpu(monitor); }});
  }
  if (found.sensors.empty()) {
    found.problems.push_back(
        fmt::format("hwmon: no AMD or Intel GPU with a power meter in {}", directory.string()));
  }
  return found;
}

}  // namespace sciwright::energy
