#pragma once

#include <filesystem>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// Node, CPU, memory and accelerators of HPE Cray's `root`/sys/cray/pm_counters: files like
/// "energy" ("2481938 J 1510123456789 us") and "accel0_power" ("95 W …"), ten updates a second.
FoundSensors cray_sensors(const std::filesystem::path& root);

}  // namespace sciwright::energy
