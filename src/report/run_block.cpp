#include "report/run_block.h"

#include <algorithm>
#include <memory>

#include "base/parallel_for.h"

namespace sciwright::report {
namespace {

/// Enough to keep a thread busy, few enough that no thread is left with the rest.
constexpr std::size_t kRunsOfBlock = 256;

void rename(Labels& labels, const std::vector<Name>& to) {
  for (Label& label : labels) label = {to[label.key], to[label.value]};
}

void rename(Numbers& numbers, const std::vector<Name>& to) {
  for (Number& number : numbers) number.path = to[number.path];
}

}  // namespace

void join(RunBlock&& block, RunSet& set) {
  std::vector<Name> to(block.names.size());
  for (Name name = 0; name < to.size(); ++name) to[name] = set.names.add(block.names.text(name));
  for (Run& run : block.runs) {
    rename(run.labels, to);
    rename(run.parameters, to);
    rename(run.numbers, to);
    for (ScoreRow& row : run.rows) {
      rename(row.labels, to);
      rename(row.numbers, to);
    }
    set.runs.push_back(std::move(run));
  }
  set.unfinished.insert(set.unfinished.end(), block.unfinished.begin(), block.unfinished.end());
  set.problems.insert(set.problems.end(), block.problems.begin(), block.problems.end());
}

void gather(std::size_t count, int num_threads, RunSet& set,
            const std::function<void(RunBlock&, std::size_t)>& work) {
  const std::size_t num_blocks = std::min<std::size_t>(
      static_cast<std::size_t>(num_threads), std::max<std::size_t>(1, count / kRunsOfBlock));
  std::vector<std::unique_ptr<RunBlock>> blocks(num_blocks);
  parallel_for(num_blocks, static_cast<int>(num_blocks), [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      blocks[b] = std::make_unique<RunBlock>();
      for (std::size_t i = count * b / num_blocks; i < count * (b + 1) / num_blocks; ++i) {
        work(*blocks[b], i);
      }
    }
  });
  for (const auto& block : blocks) join(std::move(*block), set);
}

}  // namespace sciwright::report
