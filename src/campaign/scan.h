#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "campaign/session.h"

namespace sciwright::campaign {

/// What `cancel` did.
struct Cancelled {
  std::size_t num_told = 0;
  Problems messages = {};  ///< Schedulers and hosts that did not answer.
};

/// Asks for the end of the chosen experiments' jobs that wait or run. Throws a usage error while
/// another command works in the folder.
Cancelled cancel(const Session& session, const std::vector<std::size_t>& chosen,
                 const Clock& clock);

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
