#include "campaign/merge_target.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "experiment/manifest.h"
#include "experiment/value_text.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

Error failure(const fs::path& path, const char* verb, const std::string& reason) {
  return Error(ErrorKind::kFailure, fmt::format("{}: cannot {}: {}", path.string(), verb, reason));
}

/// A copy with the time of change, by which a later merge sees quickly that it has not changed.
void copy_with_time(const fs::path& source, const fs::path& target) {
  std::error_code error;
  if (fs::is_symlink(source)) {
    fs::copy_symlink(source, target, error);
  } else {
    fs::copy_file(source, target, error);
    if (!error) fs::last_write_time(target, fs::last_write_time(source, error), error);
  }
  if (error) throw failure(source, "copy", error.message());
}

void move_over(const fs::path& source, const fs::path& target) {
  if (::rename(source.c_str(), target.c_str()) == 0) return;
  throw failure(target, "create", std::strerror(errno));
}

/// Moves a file to where none may be. Where the file system cannot refuse, a hard link can.
void move_to_free_place(const fs::path& source, const fs::path& target) {
  if (::renameat2(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0) {
    return;
  }
  if (errno == EINVAL || errno == ENOSYS) {
    if (::link(source.c_str(), target.c_str()) == 0) {
      ::unlink(source.c_str());
      return;
    }
  }
  throw failure(target, "create", std::strerror(errno));
}

/// Puts `fresh` in the place of `target`, and that in the place of `fresh`. Where the file system
/// cannot do so at once, there is nothing in the target's place for a moment.
void exchange(const fs::path& fresh, const fs::path& target) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS) throw failure(target, "replace", std::strerror(errno));
  move_over(target, fresh.string() + ".old");
  move_over(fresh, target);
}

bool is_there(const fs::path& path) {
  return fs::symlink_status(path).type() != fs::file_type::not_found;
}

/// Results come last: who sees one sees the rest.
std::vector<std::string> results_last(std::vector<std::string> keys) {
  std::stable_partition(keys.begin(), keys.end(),
                        [](const std::string& key) { return key != "run/result.json"; });
  return keys;
}

}  // namespace

const char* const kConflictsFolder = "conflicts";

MergeTarget::MergeTarget(fs::path folder, const Clock& clock)
    : folder_(std::move(folder)),
      own_name_(experiment::file_name_text(fs::weakly_canonical(folder_).filename().string(),
                                           /*keep_underscores=*/true)),
      staging_(folder_ / ".merge") {
  make_directories(folder_);
  lock_ = std::make_unique<record::RunLock>(folder_ / ".generate.lock", clock);
  remove_leftovers();
  make_directories(staging_);
}

/// What a killed merge had not finished.
void MergeTarget::remove_leftovers() const {
  fs::remove_all(staging_);
  const std::string unfinished = fmt::format(".{}.", experiment::kManifestFile);
  for (const fs::path& path : sorted_entries(folder_)) {
    const std::string name = path.filename().string();
    if (name.starts_with(unfinished) && is_passing(name)) fs::remove(path);
  }
}

MergeTarget::~MergeTarget() {
  std::error_code ignored;
  fs::remove_all(staging_, ignored);
}

fs::path MergeTarget::fresh_place() { return staging_ / fmt::to_string(num_staged_.fetch_add(1)); }

fs::path MergeTarget::aside(const std::string& label, const std::string& name, int number) const {
  const std::string end = number == 1 ? "" : fmt::format(".{}", number);
  return folder_ / kConflictsFolder / label / (name + end);
}

std::string MergeTarget::relative(const fs::path& path) const {
  return path.lexically_relative(folder_).string();
}

void MergeTarget::put(const fs::path& source, const fs::path& target, bool is_longer) {
  const fs::path fresh = fresh_place();
  copy_with_time(source, fresh);
  make_directories(target.parent_path());
  is_longer ? move_over(fresh, target) : move_to_free_place(fresh, target);
}

ExperimentFiles MergeTarget::stage(const ExperimentFiles& source, bool only_run) {
  ExperimentFiles fresh(fresh_place());
  for (const std::string& key : source.keys()) {
    if (only_run && !is_of_run(key)) continue;
    make_directories(fresh.place(key).parent_path());
    copy_with_time(source.place(key), fresh.place(key));
  }
  return fresh;
}

void MergeTarget::bring_run(const ExperimentFiles& source, const ExperimentFiles& target,
                            const std::string& experiment) {
  const ExperimentFiles fresh = stage(source, /*only_run=*/true);
  const fs::path place = target.place("run");
  if (is_there(place)) {
    std::vector<std::string> old = target.keys();
    std::erase_if(old, [](const std::string& key) { return !is_of_run(key); });
    keep_aside(target, old, own_name_, experiment);
    return exchange(fresh.place("run"), place);
  }
  make_directories(place.parent_path());
  move_over(fresh.place("run"), place);
}

void MergeTarget::bring(const ExperimentFiles& source, const ExperimentFiles& target,
                        const ExperimentComparison& news, const std::string& experiment) {
  if (!target.own_folder().empty() && !is_there(target.own_folder())) {
    const ExperimentFiles fresh = stage(source, /*only_run=*/false);
    make_directories(target.own_folder().parent_path());
    return move_over(fresh.own_folder(), target.own_folder());
  }
  for (const std::string& key : news.longer) put(source.place(key), target.place(key), true);
  const bool has_whole_run =
      news.replaces_run || (!is_there(target.place("run")) &&
                            std::any_of(news.missing.begin(), news.missing.end(), is_of_run));
  for (const std::string& key : results_last(news.missing)) {
    if (!has_whole_run || !is_of_run(key)) put(source.place(key), target.place(key), false);
  }
  if (has_whole_run) bring_run(source, target, experiment);
}

std::string MergeTarget::replace(const ExperimentFiles& source, const ExperimentFiles& target,
                                 const std::string& experiment) {
  std::string old = keep_aside(target, own_name_, experiment);
  if (!target.own_folder().empty()) {
    const ExperimentFiles fresh = stage(source, /*only_run=*/false);
    exchange(fresh.own_folder(), target.own_folder());
  } else {
    for (const std::string& key : target.keys()) fs::remove(target.place(key));
    for (const std::string& key : results_last(source.keys())) {
      put(source.place(key), target.place(key), false);
    }
  }
  return old;
}

std::optional<std::string> MergeTarget::find_aside(const ExperimentFiles& source,
                                                   const std::string& experiment) const {
  for (int number = 1; is_there(aside(own_name_, experiment, number)); ++number) {
    const ExperimentFiles kept(aside(own_name_, experiment, number));
    const ExperimentComparison news = compare_experiments(source, kept);
    if (!news.is_different && !news.has_news()) return relative(kept.own_folder());
  }
  return std::nullopt;
}

std::string MergeTarget::keep_aside(const ExperimentFiles& source, const std::string& label,
                                    const std::string& experiment) {
  // What had made room in an earlier merge is kept already.
  if (auto place = find_aside(source, experiment)) return *place;
  for (int number = 1;; ++number) {
    const ExperimentFiles kept(aside(label, experiment, number));
    const ExperimentComparison news = compare_experiments(source, kept);
    if (news.is_different) continue;
    if (news.has_news()) bring(source, kept, news, experiment);
    return relative(kept.own_folder());
  }
}

std::string MergeTarget::keep_aside(const ExperimentFiles& source,
                                    const std::vector<std::string>& keys, const std::string& label,
                                    const std::string& experiment) {
  for (int number = 1;; ++number) {
    const ExperimentFiles kept(aside(label, experiment, number));
    const auto is_taken = [&](const std::string& key) {
      return is_there(kept.place(key)) &&
             compare_files(source.place(key), kept.place(key)) != FileRelation::kEqual;
    };
    if (std::any_of(keys.begin(), keys.end(), is_taken)) continue;
    for (const std::string& key : keys) {
      if (!is_there(kept.place(key))) put(source.place(key), kept.place(key), false);
    }
    return relative(kept.own_folder());
  }
}

std::string MergeTarget::bring_file(const fs::path& source, const std::string& path,
                                    const std::string& label) {
  const fs::path target = folder_ / path;
  for (int number = 0;; ++number) {
    const fs::path place = number == 0 ? target : aside(label, path, number);
    if (!is_there(place)) {
      put(source, place, false);
    } else {
      const FileRelation relation = compare_files(source, place);
      if (relation == FileRelation::kDifferent) continue;
      if (relation == FileRelation::kSecondIsBeginning) put(source, place, true);
    }
    return number == 0 ? "" : relative(place);
  }
}

}  // namespace sciwright::campaign
