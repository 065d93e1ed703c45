#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/result_reader.h"
#include "report/run_index.h"
#include "report/run_set.h"

namespace sciwright::report {

/// An index that saves reading, and what the next one is made of.
struct Indexing {
  const RunIndex& index;
  std::vector<IndexedRun> found = {};
};

/// What one thread gathers, with names of its own until they are joined.
struct RunBlock {
  Names names;
  ResultReader reader{names};
  std::vector<Run> runs = {};
  std::vector<std::string> unfinished = {};
  Problems problems = {};
  const RunIndex* index = nullptr;
  RunIndex::Reader index_reader = {};
  std::vector<IndexedRun> indexed = {};  ///< Of the runs.
};

/// Reads the run of a folder and adds it to the block, by its index where that is right, with what
/// host.json says. False when the folder has no result.json, or one that cannot be read, which is
/// a problem then.
bool add_run(const std::string& folder, RunBlock& block);

/// Calls `work(block, i)` for each i below `count`, on several threads, and adds their blocks to
/// the set in order, behind what is there.
void gather(std::size_t count, int num_threads, RunSet& set,
            const std::function<void(RunBlock&, std::size_t)>& work, Indexing* indexing = nullptr);

}  // namespace sciwright::report
