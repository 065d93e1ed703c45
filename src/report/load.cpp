#include "report/load.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.h"
#include "io/compressed_stream.h"
#include "record/run_dir.h"
#include "report/overfitting.h"
#include "report/published.h"
#include "report/run_block.h"
#include "report/run_files.h"
#include "report/run_index.h"
#include "report/run_logs.h"
#include "report/tree_walk.h"

namespace sciwright::report {
namespace {

namespace fs = std::filesystem;

/// What tells of a run is smaller.
constexpr std::uintmax_t kLargestFile = 64 << 20;

/// A file of any kind; `was_named`: by the user.
void add_file(const std::string& path, bool was_named, RunSet& set) {
  try {
    if (fs::file_size(path) > kLargestFile && !was_named) return;
    const std::string text = io::read_decompressed(path);
    if (add_published(path, text, set) || add_log(path, text, set) || !was_named) return;
    set.problems.push_back(path +
                           ": tells of no run; expected a log with MLCommons records or '# csv' "
                           "lines, a power trace, or a table of results");
  } catch (const Error& error) {  // caught here: one bad file must not hide all others
    set.problems.emplace_back(error.what());
  } catch (const fs::filesystem_error& error) {
    set.problems.push_back(fmt::format("{}: {}", path, error.code().message()));
  }
}

/// The files that were named, and the folders.
std::vector<std::string> folders_among(const std::vector<fs::path>& paths, RunSet& set) {
  Problems problems;
  std::vector<std::string> folders;
  std::set<fs::path> seen;
  for (const fs::path& path : paths) {
    if (!seen.insert(fs::weakly_canonical(path)).second) continue;
    if (fs::is_directory(path)) {
      std::string folder = path.lexically_normal().string();
      if (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
      folders.push_back(std::move(folder));
    } else if (!fs::exists(path)) {
      problems.push_back(path.string() + ": there is no such file or folder");
    }
  }
  throw_if_any(problems);
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) add_file(path.string(), true, set);
  }
  return folders;
}

bool needs_configuration(const Run& run) {
  return run.kind == RunKind::kFolder && run.parameters.empty();
}

/// Lets `work(run, out, block)` put parameters and a history into `out`, for some runs on several
/// threads, and adds them to these.
template <class Work>
void for_runs(const std::vector<std::size_t>& indices, int num_threads, RunSet& set, Work work) {
  RunSet extra;
  gather(indices.size(), num_threads, extra, [&](RunBlock& block, std::size_t i) {
    Run copy;
    copy.folder = set.runs[indices[i]].folder;
    work(set.runs[indices[i]], copy, block);
    block.runs.push_back(std::move(copy));
  });
  for (std::size_t i = 0; i < indices.size(); ++i) {
    Run& run = set.runs[indices[i]];
    for (const Label& label : extra.runs[i].parameters) {
      run.parameters.push_back({set.names.add(extra.names.text(label.key)),
                                set.names.add(extra.names.text(label.value))});
    }
    if (extra.runs[i].history) run.history = extra.runs[i].history;
  }
  set.problems.insert(set.problems.end(), extra.problems.begin(), extra.problems.end());
}

/// Settings that differ between runs of one benchmark become parameters of the set.
void add_varying(const std::vector<std::size_t>& indices, RunSet& set) {
  const Name benchmark_key = set.names.add("benchmark");
  std::map<std::pair<Name, Name>, Name> first;  // benchmark and setting
  std::set<std::string> varying;
  for (const std::size_t i : indices) {
    const Name benchmark = label_of(set.runs[i].labels, benchmark_key);
    for (const Label& label : set.runs[i].parameters) {
      const auto [known, is_new] = first.emplace(std::pair(benchmark, label.key), label.value);
      if (!is_new && known->second != label.value) varying.insert(set.names.text(label.key));
    }
  }
  for (const std::string& name : varying) {
    const bool is_new = std::ranges::find(set.parameters, name) == set.parameters.end();
    if (is_new && !is_of_repeat(name)) set.parameters.push_back(name);
  }
}

void add_configurations(const LoadOptions& options, int num_threads, RunSet& set) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < set.runs.size(); ++i) {
    if (needs_configuration(set.runs[i])) indices.push_back(i);
  }
  if (indices.size() > options.most_configurations) return;
  const Name key = set.names.add("benchmark");
  for_runs(indices, num_threads, set, [&](const Run& run, Run& out, RunBlock& block) {
    const std::string& benchmark = set.names.text(label_of(run.labels, key));
    add_configuration(out, benchmark, block.names, block.problems);
  });
  add_varying(indices, set);
}

/// Scores on training and validation at the epoch of the lowest validation loss (the last without
/// validation), beside the scores of the test.
void add_best_epoch(Run& run, Names& names) {
  if (!run.history || run.history->num_epochs() == 0) return;
  const auto fit = overfitting_of(*run.history, run.history->num_epochs());
  const std::size_t epoch = fit ? fit->best_epoch : run.history->num_epochs();
  for (const char* column :
       {"train_accuracy", "validation_accuracy", "train_loss", "validation_loss"}) {
    const std::vector<double>* values = run.history->column(column);
    if (values == nullptr || std::isnan((*values)[epoch - 1])) continue;
    run.numbers.push_back({names.add(column), (*values)[epoch - 1]});
  }
}

void add_histories(const LoadOptions& options, int num_threads, RunSet& set) {
  if (set.runs.size() > options.most_histories) return;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < set.runs.size(); ++i) {
    if (set.runs[i].kind == RunKind::kFolder) indices.push_back(i);
  }
  for_runs(indices, num_threads, set, [](const Run& run, Run& out, RunBlock& block) {
    const auto path = record::RunPaths(run.folder).history;
    if (auto history = read_history(path, block.problems)) {
      out.history = std::make_shared<const History>(std::move(*history));
    }
  });
  for (const std::size_t i : indices) add_best_epoch(set.runs[i], set.names);
}

/// The runs of folders and of the studies in them; the files that may tell of more.
std::vector<std::string> read_folders(const std::vector<std::string>& folders, int num_threads,
                                      RunSet& set, Indexing* indexing) {
  const Found found = walk(folders, num_threads, set, indexing);
  for (const std::string& study : found.studies) {
    try {
      read_study(study, num_threads, set, indexing);
    } catch (const Error& error) {  // caught here: one bad study must not hide all others
      set.problems.emplace_back(error.what());
    }
  }
  return found.files;
}

/// A hundredth that is read anew costs less than writing all again.
bool is_outdated(const RunIndex& index, const Indexing& indexing) {
  const auto num_known =
      static_cast<std::size_t>(std::ranges::count(indexing.found, true, &IndexedRun::is_known));
  const std::size_t num_new = indexing.found.size() - num_known;
  return num_new + index.size() - num_known > index.size() / 100;
}

/// The same with an index, where the folders' times can be trusted.
std::vector<std::string> read_by_index(const std::vector<std::string>& folders, const IndexUse& use,
                                       int num_threads, RunSet& set) {
  for (const std::string& folder : folders) {
    const std::string obstacle = index_obstacle(folder);
    if (obstacle.empty()) continue;
    use.say(obstacle);
    return read_folders(folders, num_threads, set, nullptr);
  }
  const fs::path path = index_path(folders);
  const RunIndex index(path, folders);
  if (!index.remark().empty()) use.say(index.remark());
  Indexing indexing{index};
  std::vector<std::string> files = read_folders(folders, num_threads, set, &indexing);
  if (index.num_damaged() > 0) {
    use.say(fmt::format("{}: {} records are damaged; these runs were read anew", path.string(),
                        index.num_damaged()));
  }
  if (!is_outdated(index, indexing)) return files;
  try {
    make_directories(path.parent_path());
    write_file_atomic(path, index_text(set, folders, indexing.found, use.now_ns));
  } catch (const Error& error) {  // caught here: the report does not need it
    use.say(fmt::format("the index is not kept: {}", error.what()));
  }
  return files;
}

}  // namespace

RunSet load(const std::vector<fs::path>& paths, const LoadOptions& options) {
  const int num_threads = options.num_threads > 0
                              ? options.num_threads
                              : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  RunSet set;
  const std::vector<std::string> folders = folders_among(paths, set);
  const bool use_index = options.index && !folders.empty();
  const std::vector<std::string> files =
      use_index ? read_by_index(folders, *options.index, num_threads, set)
                : read_folders(folders, num_threads, set, nullptr);
  for (const std::string& file : files) add_file(file, false, set);
  if (!std::ranges::is_sorted(set.runs, {}, &Run::name)) {
    std::ranges::stable_sort(set.runs, {}, &Run::name);
  }
  add_configurations(options, num_threads, set);
  add_histories(options, num_threads, set);
  std::ranges::sort(set.unfinished);
  return set;
}

}  // namespace sciwright::report
