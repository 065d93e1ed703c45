#include "campaign/merge.h"

#include <algorithm>
#include <set>
#include <thread>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel_for.h"
#include "campaign/gaps.h"
#include "campaign/manifest_union.h"
#include "campaign/merge_target.h"
#include "experiment/value_text.h"
#include "jobs/job.h"
#include "jobs/job_record.h"
#include "record/result.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using experiment::Manifest;
using experiment::ManifestEntry;

/// Names of a study's folder that are read in another way, or serve the copy's own jobs.
constexpr std::string_view kOwnFiles[] = {"experiments.jsonl", "packed.jsonl", "jobs.jsonl",
                                          "submissions.jsonl", "submit.log",   "scheduler",
                                          ".generate",         ".merge"};

/// A copy, read.
struct Copy {
  fs::path folder;
  std::string label;
  Manifest manifest;
};

/// The last `depth` parts of a path as one name.
std::string end_of_path(fs::path path, int depth) {
  fs::path end;
  for (; depth > 0 && path.has_filename(); --depth, path = path.parent_path()) {
    end = end.empty() ? path.filename() : path.filename() / end;
  }
  return experiment::file_name_text(end.string(), /*keep_underscores=*/true);
}

/// "results" for ~/bob/results, or "bob-results" where another copy, or the study, is called alike.
std::vector<std::string> labels_of(const std::vector<fs::path>& copies, const fs::path& into) {
  constexpr int kMostParts = 16;
  std::vector<std::string> labels;
  for (int depth = 1; depth <= kMostParts; ++depth) {
    labels.clear();
    for (const fs::path& copy : copies) {
      labels.push_back(end_of_path(fs::weakly_canonical(copy), depth));
    }
    std::set<std::string> different(labels.begin(), labels.end());
    different.insert(end_of_path(fs::weakly_canonical(into), 1));
    if (different.size() == labels.size() + 1) return labels;
  }
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] += fmt::format("-{}", i + 1);
  return labels;
}

std::vector<Copy> read_copies(const std::vector<fs::path>& folders, const fs::path& into) {
  Problems problems;
  std::set<fs::path> seen = {fs::weakly_canonical(into)};
  std::vector<Copy> copies;
  for (const fs::path& folder : folders) {
    const fs::path canonical = fs::weakly_canonical(folder);
    if (!seen.insert(canonical).second) {
      problems.push_back(folder.string() + ": is given twice, or is what is merged into");
    } else if (!fs::exists(folder / experiment::kManifestFile)) {
      problems.push_back(fmt::format("{}: has no {}, so it is no copy of a study", folder.string(),
                                     experiment::kManifestFile));
    } else if (fs::weakly_canonical(into).native().starts_with(canonical.native() + "/")) {
      problems.push_back(fmt::format("{}: is within {}", into.string(), folder.string()));
    } else {
      copies.push_back({folder, "", experiment::read_manifest(folder)});
    }
  }
  throw_if_any(problems);
  const std::vector<std::string> labels = labels_of(folders, into);
  for (std::size_t i = 0; i < copies.size(); ++i) copies[i].label = labels[i];
  return copies;
}

/// What a study is known by: what varies together with what does not, and the ids and names of its
/// experiments.
std::unordered_set<std::string> marks_of(const Manifest& manifest) {
  const std::set<std::string> parameters(manifest.parameters.begin(), manifest.parameters.end());
  const std::string varied = fmt::format("{}", fmt::join(parameters, " "));
  std::unordered_set<std::string> marks;
  for (const auto& call : manifest.calls) marks.insert(call.base_hash + " " + varied);
  for (const ManifestEntry& entry : manifest.entries) marks.insert({entry.id, entry.name});
  return marks;
}

/// Throws a usage error that names the copies of which the study has nothing.
void check_related(const std::vector<Copy>& copies, const fs::path& into) {
  std::unordered_set<std::string> known = marks_of(experiment::read_manifest(into));
  Problems problems;
  for (const Copy& copy : copies) {
    std::unordered_set<std::string> marks = marks_of(copy.manifest);
    const auto is_known = [&](const std::string& mark) { return known.contains(mark); };
    if (!known.empty() && std::ranges::none_of(marks, is_known)) {
      problems.push_back(
          fmt::format("{}: is another study, of which {} has nothing; --other-studies "
                      "puts them into one folder all the same",
                      copy.folder.string(), into.string()));
    }
    known.merge(marks);
  }
  throw_if_any(problems);
}

/// Whether something may be writing the experiment's files now.
bool is_busy(const ExperimentFiles& files) {
  if (fs::exists(files.place("run/run.lock"))) return true;
  const int attempt = newest_attempt(files);
  if (attempt == 0) return false;
  const fs::path folder = files.place("job.1.jsonl").parent_path();
  const jobs::JobRecord record = jobs::read_job_record(jobs::record_path(folder, attempt));
  return record.start && !record.ending &&
         jobs::presence_of(*record.start) != jobs::Presence::kGone;
}

/// Whether two finished runs came to the same. Nothing where a result cannot be read.
bool have_equal_scores(const ExperimentFiles& a, const ExperimentFiles& b) {
  try {
    const record::RunResult first = record::read_result(a.place("run/result.json"));
    const record::RunResult second = record::read_result(b.place("run/result.json"));
    return first.benchmark == second.benchmark && first.model == second.model &&
           first.seed == second.seed && first.valid == second.valid &&
           first.scores == second.scores;
  } catch (const Error&) {  // caught here: what cannot be read is not equal
    return false;
  }
}

/// Merges the experiments of one copy; several threads call it for different experiments.
class CopyMerger final {
 public:
  CopyMerger(const Copy& copy, const Manifest& study, MergeTarget& target)
      : copy_(copy), study_(study), target_(target) {}

  /// What came of one experiment.
  struct Done {
    bool brought = false;
    std::vector<KeptAside> kept_aside;
  };

  Done merge(const MatchedExperiment& matched) {
    const ManifestEntry& entry = study_.entries[matched.target];
    const ExperimentFiles source(copy_.folder, copy_.manifest.entries[matched.source]);
    const ExperimentFiles target(target_.folder(), entry);
    Done done;
    if (source.keys().empty()) return done;  // packed, and never started
    if (matched.is_other_study) {
      const std::string place = target_.keep_aside(source, copy_.label, entry.name);
      done.kept_aside.push_back({KeptAside::Kind::kConfiguration, entry.name, copy_.label,
                                 "the configuration is another study's", place});
      return done;
    }
    std::set<std::string> ignored;
    if (matched.has_own_paths) keep_own_paths(source, target, entry, ignored, done);
    const ExperimentComparison news = compare_experiments(source, target, ignored);
    if (news.is_different) {
      resolve(source, target, entry.name, news.difference, done);
    } else if (news.replaces_run && is_busy(target)) {
      keep(source, entry.name, KeptAside::Kind::kUnfinished, "it is running in the study", done);
    } else if (news.has_news()) {
      target_.bring(source, target, news, entry.name);
      done.brought = true;
    }
    return done;
  }

 private:
  /// Configuration and script of another user differ by that user's own paths; both are kept.
  void keep_own_paths(const ExperimentFiles& source, const ExperimentFiles& target,
                      const ManifestEntry& entry, std::set<std::string>& ignored, Done& done) {
    std::vector<std::string> keys;
    for (const std::string& key : {std::string("config.yaml"), source.script_key()}) {
      if (key.empty() || !fs::exists(source.place(key)) || !fs::exists(target.place(key))) continue;
      ignored.insert(key);
      if (compare_files(source.place(key), target.place(key)) != FileRelation::kEqual) {
        keys.push_back(key);
      }
    }
    if (keys.empty()) return;
    const std::string place = target_.keep_aside(source, keys, copy_.label, entry.name);
    done.kept_aside.push_back({KeptAside::Kind::kOwnPaths, entry.name, copy_.label,
                               "the configuration has other paths", place});
  }

  /// The two cannot be put together. The better one counts, and of equals the one that was there.
  void resolve(const ExperimentFiles& source, const ExperimentFiles& target,
               const std::string& name, const std::string& difference, Done& done) {
    const Achievement ours = achievement_of(source);
    const Achievement theirs = achievement_of(target);
    const KeptAside::Kind kind = kind_of(source, target, ours, theirs);
    if (ours <= theirs || is_busy(target)) {
      keep(source, name, kind, difference, done);
      return;
    }
    const std::string place = target_.replace(source, target, name);
    done.brought = true;
    done.kept_aside.push_back({kind, name, copy_.label, difference, place});
  }

  void keep(const ExperimentFiles& source, const std::string& name, KeptAside::Kind kind,
            const std::string& reason, Done& done) {
    const std::string place = target_.keep_aside(source, copy_.label, name);
    done.kept_aside.push_back({kind, name, copy_.label, reason, place});
  }

  static KeptAside::Kind kind_of(const ExperimentFiles& source, const ExperimentFiles& target,
                                 Achievement ours, Achievement theirs) {
    if (ours != theirs) return KeptAside::Kind::kUnfinished;
    if (ours == Achievement::kNothing) return KeptAside::Kind::kFiles;
    return have_equal_scores(source, target) ? KeptAside::Kind::kEqualResult
                                             : KeptAside::Kind::kOtherResult;
  }

  const Copy& copy_;
  const Manifest& study_;
  MergeTarget& target_;
};

/// Folders and files at the top of a copy that belong to its experiments.
std::set<std::string> names_of_experiments(const Manifest& manifest) {
  std::set<std::string> names;
  for (const ManifestEntry& entry : manifest.entries) {
    if (entry.directory == ".") {
      names.insert({entry.config, entry.script, "run_" + entry.name, "jobs"});
    } else {
      names.insert(entry.directory);
    }
  }
  return names;
}

/// Brings what belongs to no experiment: notes, code of flat studies, shares.json.
void merge_other_files(const Copy& copy, const Manifest& study, MergeTarget& target,
                       std::vector<KeptAside>& kept_aside) {
  const std::set<std::string> skipped = names_of_experiments(copy.manifest);
  const std::set<std::string> taken = names_of_experiments(study);
  const fs::path own = fs::path(kConflictsFolder) / copy.label;
  const auto bring = [&](const std::string& path, bool may_mix) {
    const std::string to = may_mix ? path : (own / path).string();
    const std::string place = target.bring_file(copy.folder / path, to, copy.label);
    if (place.empty()) return;
    kept_aside.push_back({KeptAside::Kind::kFiles, "", copy.label, path + " differs", place});
  };
  for (const fs::path& item : sorted_entries(copy.folder)) {
    const std::string name = item.filename().string();
    const bool is_own = std::ranges::find(kOwnFiles, name) != std::end(kOwnFiles);
    if (is_own || is_passing(name) || name.ends_with(".lock") || skipped.contains(name)) continue;
    // What another merge kept aside stays together, and so does what looks like an experiment.
    const bool may_mix = name != kConflictsFolder && !taken.contains(name);
    if (fs::is_directory(fs::symlink_status(item))) {
      for (const std::string& below : files_below(item)) bring(name + "/" + below, may_mix);
    } else {
      bring(name, may_mix);
    }
  }
}

MergedCopy merge_copy(const Copy& copy, ManifestUnion& united, MergeTarget& target,
                      MergeReport& report) {
  const auto matched = united.add(copy.folder, copy.manifest, copy.label, report.renamed);
  united.write();
  MergedCopy out{copy.label, copy.folder, matched.size(), united.num_new(), 0};
  std::vector<CopyMerger::Done> done(matched.size());
  CopyMerger merger(copy, united.manifest(), target);
  const auto num_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  parallel_for(matched.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) done[i] = merger.merge(matched[i]);
  });
  for (CopyMerger::Done& one : done) {
    if (one.brought) ++out.num_brought;
    std::ranges::move(one.kept_aside, std::back_inserter(report.kept_aside));
  }
  merge_other_files(copy, united.manifest(), target, report.kept_aside);
  return out;
}

}  // namespace

bool is_conflict(KeptAside::Kind kind) {
  return kind == KeptAside::Kind::kOtherResult || kind == KeptAside::Kind::kFiles ||
         kind == KeptAside::Kind::kConfiguration;
}

std::string kind_name(KeptAside::Kind kind) {
  switch (kind) {
    case KeptAside::Kind::kEqualResult:
      return "equal_result";
    case KeptAside::Kind::kUnfinished:
      return "unfinished";
    case KeptAside::Kind::kOwnPaths:
      return "own_paths";
    case KeptAside::Kind::kOtherResult:
      return "other_result";
    case KeptAside::Kind::kConfiguration:
      return "configuration";
    case KeptAside::Kind::kFiles:
      break;
  }
  return "files";
}

std::size_t MergeReport::num_conflicts() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      kept_aside, [](const KeptAside& item) { return is_conflict(item.kind); }));
}

MergeReport merge(const std::vector<fs::path>& folders, const fs::path& into, const Clock& clock,
                  bool takes_others) {
  const std::vector<Copy> copies = read_copies(folders, into);
  if (!takes_others) check_related(copies, into);
  MergeReport report;
  MergeTarget target(into, clock);
  ManifestUnion united(into);
  for (const Copy& copy : copies) {
    report.copies.push_back(merge_copy(copy, united, target, report));
  }
  Gaps gaps = find_gaps(into, united.manifest());
  report.num_experiments = united.manifest().entries.size();
  report.gaps = std::move(gaps.experiments);
  report.owed = std::move(gaps.owed);
  return report;
}

}  // namespace sciwright::campaign
