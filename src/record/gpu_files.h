#pragma once

#include <filesystem>
#include <vector>

#include "record/host.h"

namespace sciwright::record {

/// The graphics processors that /proc/driver/nvidia and /sys/class/drm below `root` tell of,
/// ordered by PCI address. Displays of virtual machines are left out.
std::vector<GpuFacts> find_gpus(const std::filesystem::path& root);

}  // namespace sciwright::record
