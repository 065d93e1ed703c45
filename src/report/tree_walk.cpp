#include "report/tree_walk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <memory>
#include <mutex>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "campaign/outcomes.h"
#include "campaign/shares.h"
#include "experiment/manifest.h"
#include "report/run_block.h"
#include "report/run_files.h"

namespace sciwright::report {
namespace {

/// Names of files that may tell of runs end so.
bool may_tell(std::string_view name) {
  constexpr std::array<std::string_view, 8> kEndings = {".log", ".txt", ".csv",    ".jsonl",
                                                        ".out", ".xml", ".log.gz", ".log.xz"};
  return std::ranges::any_of(kEndings, [&](auto ending) { return name.ends_with(ending); });
}

/// The entries of one folder.
struct Listing {
  std::vector<std::string> folders = {};
  std::vector<std::string> files = {};
  bool is_study = false;
};

bool is_folder(const dirent& entry, const std::string& path) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

Listing list(const std::string& folder, Problems& problems) {
  Listing out;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
  if (!directory) {
    problems.push_back(
        fmt::format("{}: the folder cannot be read: {}", folder, std::strerror(errno)));
    return out;
  }
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name.starts_with('.')) continue;
    std::string path = folder + "/" + entry->d_name;
    if (is_folder(*entry, path)) {
      out.folders.push_back(std::move(path));
    } else if (name == experiment::kManifestFile) {
      out.is_study = true;
    } else if (may_tell(name)) {
      out.files.push_back(std::move(path));
    }
  }
  std::ranges::sort(out.folders);
  std::ranges::sort(out.files);
  return out;
}

/// One folder of a level: a run, a study, or more folders.
void visit(const std::string& folder, RunBlock& block, Listing& next) {
  const std::size_t num_problems = block.problems.size();
  if (add_run(folder, block) || block.problems.size() > num_problems) return;
  if (is_unfinished_run(folder)) {
    block.unfinished.push_back(folder);
    return;
  }
  next = list(folder, block.problems);
}

void append(std::vector<std::string>& to, std::vector<std::string>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Parameters as labels; texts without quotes, everything else as JSON.
Labels labels_of(const experiment::Json& parameters, Names& names) {
  Labels labels;
  for (const auto& [key, value] : parameters.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    labels.push_back({names.add(key), names.add(text)});
  }
  return labels;
}

}  // namespace

Found walk(const std::vector<std::string>& roots, int num_threads, RunSet& set,
           Indexing* indexing) {
  Found found;
  std::vector<std::string> level = roots;
  while (!level.empty()) {
    std::vector<Listing> listings(level.size());
    gather(
        level.size(), num_threads, set,
        [&](RunBlock& block, std::size_t i) { visit(level[i], block, listings[i]); }, indexing);
    std::vector<std::string> next;
    for (std::size_t i = 0; i < level.size(); ++i) {
      if (listings[i].is_study) {
        found.studies.push_back(level[i]);
      } else {
        append(next, listings[i].folders);
        append(found.files, listings[i].files);
      }
    }
    level = std::move(next);
  }
  std::ranges::sort(found.files);
  std::ranges::sort(found.studies);
  return found;
}

void read_study(const std::string& folder, int num_threads, RunSet& set, Indexing* indexing) {
  const experiment::Manifest manifest =
      experiment::read_manifest(folder, experiment::ManifestDetail::kWithoutHashes);
  const campaign::Shares shares = campaign::read_shares(folder);
  std::vector<std::size_t> owners;
  if (!shares.sharers.empty()) owners = campaign::deal(manifest, shares);
  for (const std::string& name : manifest.parameters) {
    const bool is_new = std::ranges::find(set.parameters, name) == set.parameters.end();
    if (is_new && !is_of_repeat(name)) set.parameters.push_back(name);
  }
  const auto read = [&](RunBlock& block, std::size_t i) {
    const experiment::ManifestEntry& entry = manifest.entries[i];
    const std::string run_folder = campaign::run_folder(folder, entry).string();
    const std::size_t num_problems = block.problems.size();
    if (!add_run(run_folder, block)) {
      if (block.problems.size() == num_problems) block.unfinished.push_back(run_folder);
      return;
    }
    Run& run = block.runs.back();
    run.parameters = labels_of(experiment::parameters_of(entry), block.names);
    run.labels.push_back({block.names.add("study"), block.names.add(folder)});
    run.labels.push_back({block.names.add("experiment"), block.names.add(entry.name)});
    if (!owners.empty()) {
      const std::string& owner = shares.sharers[owners[i]].name;
      run.labels.push_back({block.names.add("team"), block.names.add(owner)});
    }
  };
  gather(manifest.entries.size(), num_threads, set, read, indexing);
}

}  // namespace sciwright::report
