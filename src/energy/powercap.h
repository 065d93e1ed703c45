#pragma once

#include <filesystem>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// CPU packages, DRAM and platform of Linux's powercap framework (RAPL of Intel and AMD Zen) below
/// `root`/sys/class/powercap, every control type ("intel-rapl", "intel-rapl-mmio"; one zone counts
/// once). Cores and the uncore part are left out: the package contains them. A counter file that
/// may not be read gives a problem with the command that changes it. Source: Linux,
/// Documentation/power/powercap/powercap.rst.
FoundSensors powercap_sensors(const std::filesystem::path& root);

}  // namespace sciwright::energy
