#pragma once

#include <filesystem>

#include "energy/sensor_source.h"

namespace sciwright::energy {

/// A guess for processors without a meter: thermal design power times the share of the time that
/// the processors of `root`/proc/stat were busy since the last question. Made only when asked for;
/// its device says that it is estimated.
FoundSensors cpu_estimate(const std::filesystem::path& root, double tdp_w);

}  // namespace sciwright::energy
