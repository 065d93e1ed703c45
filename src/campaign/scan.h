#pragma once

#include <filesystem>

#include "base/clock.h"
#include "base/error.h"

namespace sciwright::campaign {

/// What `scan` found.
struct ScanReport {
  std::size_t num_experiments = 0;
  std::size_t num_recorded = 0;  ///< With a record of a job in their folder.
  std::size_t num_added = 0;     ///< Of these, unknown to the ledger until now.
  Problems problems = {};        ///< Missing folders and files, torn lines.
};

/// Writes jobs that have a record but no entry in the ledger into it, so that their schedulers are
/// asked about them again: after the ledger was lost, or folders came from elsewhere.
ScanReport scan(const std::filesystem::path& folder, const Clock& clock);

}  // namespace sciwright::campaign
