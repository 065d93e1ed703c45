#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/run_block.h"
#include "report/run_set.h"

namespace sciwright::report {

/// What a walk through folders found: their runs are in the set already.
struct Found {
  std::vector<std::string> files;    ///< That may tell of runs; sorted.
  std::vector<std::string> studies;  ///< Folders with a manifest; sorted.
};

/// Walks through folders on several threads, level by level, and reads the run folders it meets,
/// which it does not enter. Adds runs, problems and unfinished runs to the set. `indexing` may be
/// null.
Found walk(const std::vector<std::string>& roots, int num_threads, RunSet& set, Indexing* indexing);

/// Reads the run folders of a study, whose parameters its manifest tells.
void read_study(const std::string& folder, int num_threads, RunSet& set, Indexing* indexing);

}  // namespace sciwright::report
