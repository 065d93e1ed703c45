#include "report/run_block.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/parallel_for.h"
#include "report/run_files.h"

namespace sciwright::report {
namespace {

/// Enough to keep a thread busy, few enough that no thread is left with the rest.
constexpr std::size_t kRunsOfBlock = 16;

void rename(Labels& labels, const std::vector<Name>& to) {
  for (Label& label : labels) label = {to[label.key], to[label.value]};
}

void rename(Numbers& numbers, const std::vector<Name>& to) {
  for (Number& number : numbers) number.path = to[number.path];
}

void add(Run&& run, RunBlock& block) {
  run.name = run.folder;
  block.runs.push_back(std::move(run));
}

bool read_run(const std::string& folder, RunBlock& block) {
  std::optional<Run> run = block.reader.read(folder, block.problems);
  if (!run) return false;
  add_host(*run, block.names);
  add(std::move(*run), block);
  return true;
}

/// What a run's files are now, before they are read: what comes after that shows in a later stamp.
std::optional<RunStamp> stamp_of(const std::string& folder, const FoundFile& result) {
  // The folder first: a host.json that comes right after it then shows in the folder's next stamp.
  const auto around = find_file(folder);
  if (const auto host = find_file(folder + "/host.json")) {
    return RunStamp{result.stamp, host->stamp, true};
  }
  if (!around) return std::nullopt;
  return RunStamp{result.stamp, around->stamp, false};
}

/// Whether the files are still those of a record. Where there was no host.json none is looked for:
/// the folder tells when one has come.
bool is_as_before(const std::string& folder, const FoundFile& result, const RunStamp& before) {
  if (result.stamp != before.result) return false;
  const auto beside = find_file(before.has_host ? folder + "/host.json" : folder);
  return beside && beside->stamp == before.beside;
}

/// Adds a run whose files are still those of its record.
bool add_known_run(const std::string& folder, const FoundFile& result, RunBlock& block) {
  const RunIndex& index = *block.index;
  const RunIndex::Entry* entry = index.find(folder, block.index_reader);
  if (entry == nullptr || !is_as_before(folder, result, entry->stamp)) return false;
  std::optional<Run> run = index.run_of(*entry, block.index_reader, block.names);
  if (!run) return false;
  block.indexed.push_back({block.runs.size(), entry->stamp, run->labels.size(), true});
  add(std::move(*run), block);
  return true;
}

bool add_run_by_index(const std::string& folder, RunBlock& block) {
  const auto result = find_file(folder + "/result.json");
  if (!result || !block.index->covers(*result)) return read_run(folder, block);
  if (add_known_run(folder, *result, block)) return true;
  const auto stamp = stamp_of(folder, *result);
  if (!read_run(folder, block)) return false;
  if (stamp) {
    const std::size_t num_labels = block.runs.back().labels.size();
    block.indexed.push_back({block.runs.size() - 1, *stamp, num_labels, false});
  }
  return true;
}

/// The numbers that a block's names have in the set; unknown ones are added to it.
std::vector<Name> names_in(RunSet& set, const RunBlock& block) {
  std::vector<Name> to(block.names.size());
  for (Name name = 0; name < to.size(); ++name) to[name] = set.names.add(block.names.text(name));
  return to;
}

void rename_all(RunBlock& block, const std::vector<Name>& to) {
  for (Run& run : block.runs) {
    rename(run.labels, to);
    rename(run.parameters, to);
    rename(run.numbers, to);
    for (ScoreRow& row : run.rows) {
      rename(row.labels, to);
      rename(row.numbers, to);
    }
  }
}

/// Moves what a block gathered into the set, behind what is there.
void append(RunBlock&& block, RunSet& set, Indexing* indexing) {
  if (indexing != nullptr) {
    for (IndexedRun one : block.indexed) {
      one.run += set.runs.size();
      indexing->found.push_back(one);
    }
  }
  set.runs.insert(set.runs.end(), std::make_move_iterator(block.runs.begin()),
                  std::make_move_iterator(block.runs.end()));
  set.unfinished.insert(set.unfinished.end(), block.unfinished.begin(), block.unfinished.end());
  set.problems.insert(set.problems.end(), block.problems.begin(), block.problems.end());
}

}  // namespace

bool add_run(const std::string& folder, RunBlock& block) {
  return block.index == nullptr ? read_run(folder, block) : add_run_by_index(folder, block);
}

void gather(std::size_t count, int num_threads, RunSet& set,
            const std::function<void(RunBlock&, std::size_t)>& work, Indexing* indexing) {
  const std::size_t num_blocks = std::min<std::size_t>(
      static_cast<std::size_t>(num_threads), std::max<std::size_t>(1, count / kRunsOfBlock));
  std::vector<std::unique_ptr<RunBlock>> blocks(num_blocks);
  parallel_for(num_blocks, static_cast<int>(num_blocks), [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) {
      blocks[b] = std::make_unique<RunBlock>();
      if (indexing != nullptr) blocks[b]->index = &indexing->index;
      for (std::size_t i = count * b / num_blocks; i < count * (b + 1) / num_blocks; ++i) {
        work(*blocks[b], i);
      }
    }
  });
  std::vector<std::vector<Name>> names;
  for (const auto& block : blocks) names.push_back(names_in(set, *block));
  parallel_for(num_blocks, static_cast<int>(num_blocks), [&](std::size_t begin, std::size_t end) {
    for (std::size_t b = begin; b < end; ++b) rename_all(*blocks[b], names[b]);
  });
  for (const auto& block : blocks) append(std::move(*block), set, indexing);
}

}  // namespace sciwright::report
