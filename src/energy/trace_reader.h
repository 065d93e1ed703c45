#pragma once

#include <filesystem>

#include "energy/trace.h"

namespace sciwright::energy {

/// Reads a trace of any known form, packed or not, told from its content: our energy.csv, the logs
/// of `cms gpu watch`, XML and CSV of nvidia-smi. Times of the last three have no zone: they lie
/// `utc_offset_h` hours east of UTC. Times that run backwards are left out; `problems` says so.
/// Throws a usage error for a file of another kind.
Trace read_trace(const std::filesystem::path& path, double utc_offset_h = 0);

}  // namespace sciwright::energy
