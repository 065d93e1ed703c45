#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/probe.h"

namespace sciwright::storage {

/// Bandwidths side by side, a row per thing that was tried; of every directory but the first also
/// how many times faster than the first it is. "–" stands for what could not be measured; the
/// reasons follow.
std::string probe_table(const std::vector<Probe>& probes);

/// {"schema_version", "probes": [{"directory", "file_system", "rows": [...]}]}. Raw seconds
/// included.
nlohmann::json probe_json(const std::vector<Probe>& probes);

/// What a data loader asks of a directory.
struct LoaderNeed {
  std::string of;          ///< "runs/a", "the command line".
  double bytes_per_s = 0;  ///< While it does not wait.
};

/// A sentence per directory: whether its cold reading (warm, where cold is not known) gives what
/// the loader needs, and how many times over.
std::string need_verdicts(const std::vector<Probe>& probes, const LoaderNeed& need);

}  // namespace sciwright::storage
