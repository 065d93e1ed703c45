#pragma once

#include <filesystem>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// Graphics processors that report to Linux's hardware monitor (`root`/sys/class/hwmon): AMD
/// (power1_average or power1_input, gpu_busy_percent, mem_info_vram_*) and Intel (energy1_input).
/// Source: Linux, Documentation/gpu/amdgpu/thermal.rst and ABI/testing/sysfs-driver-intel-*-hwmon.
FoundSensors hwmon_sensors(const std::filesystem::path& root);

}  // namespace sciwright::energy
