#include "campaign/outcomes.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <thread>
#include <unistd.h>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel_for.h"
#include "record/bounded_json.h"
#include "record/run_dir.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using experiment::Json;
using experiment::Manifest;
using experiment::ManifestEntry;

/// Enough to keep the threads busy, few enough to be small in memory.
constexpr std::size_t kBlock = 512;

bool is_there(const fs::path& path) { return ::access(path.c_str(), F_OK) == 0; }

/// Puts experiments together that are the same.
class Collector final {
 public:
  void add(const fs::path& folder, const Manifest& manifest) {
    for (const std::string& name : manifest.parameters) {
      if (std::ranges::find(out.parameters, name) == out.parameters.end()) {
        out.parameters.push_back(name);
      }
    }
    for (const ManifestEntry& entry : manifest.entries) {
      const std::string base =
          entry.call < manifest.calls.size() ? manifest.calls[entry.call].base_hash : "";
      CollectedExperiment& place = place_of(entry, base);
      place.runs.push_back(run_folder(folder, entry));
      place.is_there = place.is_there || entry.packed.size_bytes > 0 ||
                       is_there(folder / entry.directory / entry.config);
    }
  }

  Collection out;

 private:
  CollectedExperiment& place_of(const ManifestEntry& entry, const std::string& base) {
    const std::string key = base + entry.parameters_json;
    const auto by_id = places_.find(entry.id);
    const auto by_parameters = places_.find(key);
    std::size_t place = out.experiments.size();
    if (by_id != places_.end()) {
      place = by_id->second;
    } else if (by_parameters != places_.end()) {
      place = by_parameters->second;
    } else {
      out.experiments.push_back({entry, base, {}, false});
      // Nobody asks for these here, and there may be 10^5 of them.
      ManifestEntry& kept = out.experiments.back().entry;
      kept.hash = kept.template_hash = kept.assignment = {};
    }
    places_.emplace(entry.id, place);
    places_.emplace(key, place);
    return out.experiments[place];
  }

  /// By id, and by study and parameters (a text that no id looks like).
  std::unordered_map<std::string, std::size_t> places_;
};

Outcome outcome_of(const fs::path& result_file) {
  Outcome out;
  try {
    out.result = record::read_result(result_file);
    out.kind = out.result.valid ? Outcome::Kind::kValid : Outcome::Kind::kInvalid;
  } catch (const Error& error) {  // caught here: one bad file must not hide all other results
    out.kind = Outcome::Kind::kUnreadable;
    out.problem = error.what();
  }
  return out;
}

/// A member of what should be an object; null when it is not there.
Json member(const Json& value, const char* key) {
  const auto found = value.find(key);
  return found == value.end() ? Json() : *found;
}

/// "NVIDIA A100 × 2" of each model, sorted.
std::vector<std::string> gpu_texts(const Json& gpus) {
  std::map<std::string, int> counts;
  for (const Json& gpu : gpus) {
    const Json model = member(gpu, "model");
    const Json vendor = member(gpu, "vendor");
    const std::string maker = vendor.is_string() ? vendor.get<std::string>() : "unknown";
    ++counts[model.is_string() ? model.get<std::string>() : maker + " GPU"];
  }
  std::vector<std::string> out;
  out.reserve(counts.size());
  for (const auto& [model, count] : counts) {
    out.push_back(count == 1 ? model : fmt::format("{} × {}", model, count));
  }
  return out;
}

/// How many numbers a list as "0-3,8" has; 0 for another text.
int count_of_list(const std::string& list) {
  int count = 0;
  for (std::size_t start = 0; start < list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    int first = 0;
    int last = 0;
    const int found = std::sscanf(list.substr(start, end - start).c_str(), "%d-%d", &first, &last);
    if (found < 1) return 0;
    count += found == 2 ? std::max(last - first + 1, 0) : 1;
    start = end + 1;
  }
  return count;
}

/// Processors a run could use: allowed to it, and granted by its cgroup.
double usable_processors(const Json& cpu) {
  const Json allowed = member(cpu, "allowed");
  const Json threads = member(cpu, "num_threads");
  const Json limit = member(cpu, "limit");
  double usable = threads.is_number() ? threads.get<double>() : 0;
  if (const int count = allowed.is_string() ? count_of_list(allowed) : 0; count > 0) usable = count;
  if (limit.is_number()) usable = std::min(usable, limit.get<double>());
  return usable;
}

}  // namespace

fs::path run_folder(const fs::path& study, const ManifestEntry& entry) {
  return entry.directory == "." ? study / ("run_" + entry.name) : study / entry.directory / "run";
}

Collection collect(const std::vector<fs::path>& folders) {
  Collector collector;
  Problems problems;
  std::set<fs::path> seen;
  for (const fs::path& folder : folders) {
    if (!seen.insert(fs::weakly_canonical(folder)).second) continue;
    if (is_there(folder / experiment::kManifestFile)) {
      collector.add(folder, experiment::read_manifest(folder));
    } else {
      const char* maker = is_there(folder / "tune")
                              ? "the workers of 'sciwright experiment tune' write it after seconds"
                              : "'sciwright experiment generate' makes one";
      problems.push_back(
          fmt::format("{}: has no {}; {}", folder.string(), experiment::kManifestFile, maker));
    }
  }
  throw_if_any(problems);
  return std::move(collector.out);
}

std::string describe_system(const Json& host) {
  if (!host.is_object()) return "unknown";
  const Json cpu = member(host, "cpu");
  const Json model = member(cpu, "model");
  std::string text = model.is_string() ? model.get<std::string>() : "unknown processor";
  if (const double usable = usable_processors(cpu); usable > 0) {
    text += fmt::format(" ({:.6g} threads)", usable);
  }
  for (const std::string& gpu : gpu_texts(member(host, "gpus"))) text += " + " + gpu;
  return text;
}

std::string describe_system(const fs::path& host_json) {
  if (!is_there(host_json)) return "unknown";
  return describe_system(record::parse_bounded_json(read_file(host_json)));
}

Outcome read_outcome(const CollectedExperiment& experiment) {
  Outcome best;
  std::size_t num_results = 0;
  for (const fs::path& run : experiment.runs) {
    const record::RunPaths paths(run);
    if (!is_there(paths.result)) continue;
    ++num_results;
    if (best.kind == Outcome::Kind::kValid) continue;
    Outcome candidate = outcome_of(paths.result);
    if (candidate.kind == Outcome::Kind::kValid) candidate.system = describe_system(paths.host);
    if (best.kind == Outcome::Kind::kMissing || candidate.kind == Outcome::Kind::kValid) {
      best = std::move(candidate);
    }
  }
  if (num_results == 0 && !experiment.is_there) best.kind = Outcome::Kind::kGone;
  best.num_results = num_results;
  return best;
}

void for_each_outcome(const Collection& collection,
                      const std::function<void(const CollectedExperiment&, Outcome&&)>& use) {
  const auto num_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const std::size_t num = collection.experiments.size();
  for (std::size_t start = 0; start < num; start += kBlock) {
    std::vector<Outcome> outcomes(std::min(kBlock, num - start));
    parallel_for(outcomes.size(), num_threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        outcomes[i] = read_outcome(collection.experiments[start + i]);
      }
    });
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      use(collection.experiments[start + i], std::move(outcomes[i]));
    }
  }
}

}  // namespace sciwright::campaign
