#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report/result_reader.h"
#include "report/run_set.h"

namespace sciwright::report {

/// What one thread gathers, with names of its own until they are joined.
struct RunBlock {
  Names names;
  ResultReader reader{names};
  std::vector<Run> runs = {};
  std::vector<std::string> unfinished = {};
  Problems problems = {};
};

/// Moves what a block gathered into the set, behind what is there; its numbers of names become
/// those of the set.
void join(RunBlock&& block, RunSet& set);

/// Calls `work(block, i)` for each i below `count`, on several threads, and joins their blocks in
/// order.
void gather(std::size_t count, int num_threads, RunSet& set,
            const std::function<void(RunBlock&, std::size_t)>& work);

}  // namespace sciwright::report
