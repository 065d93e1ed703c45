#include "submission/batch.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/printable_text.h"
#include "io/yaml.h"
#include "record/compliance.h"
#include "record/run_dir.h"
#include "report/load.h"
#include "submission/tree_files.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;
using record::Json;

constexpr std::size_t kLongestName = 100;

/// The run folders at and below the paths; what cannot be packed is a problem.
std::vector<fs::path> run_folders(const std::vector<fs::path>& paths, Problems& problems) {
  const report::RunSet set = report::load(paths, {.most_configurations = 0, .most_histories = 0});
  problems.insert(problems.end(), set.problems.begin(), set.problems.end());
  for (const std::string& name : set.unfinished) {
    problems.push_back(name + ": the run is not finished; continue it with --resume");
  }
  std::vector<fs::path> folders;
  std::set<fs::path> seen;  // a run may lie below several of the paths
  for (const report::Run& run : set.runs) {
    if (run.kind != report::RunKind::kFolder) continue;
    if (seen.insert(fs::weakly_canonical(run.folder)).second) folders.emplace_back(run.folder);
  }
  if (folders.empty() && problems.empty()) {
    problems.push_back(fmt::format("{}: no run folder with a result.json is here",
                                   paths.empty() ? "" : paths.front().string()));
  }
  return folders;
}

RunToPack read_run(const fs::path& folder) {
  const record::RunPaths paths(folder);
  RunToPack run;
  run.folder = folder;
  run.result = record::read_result(paths.result);
  run.host = Json::parse(read_file(paths.host), nullptr, false);
  run.config = io::read_yaml(paths.config).value;
  run.log = read_file(paths.mllog);
  run.facts = log_facts(record::parse_mllog(run.log));
  return run;
}

/// Why a run cannot be submitted; empty when it can.
std::string refusal(const RunToPack& run) {
  if (!is_application(run.result.benchmark)) {
    return fmt::format(
        "'{}' is no benchmark of MLCommons Science; expected cloudmask, earthquake, "
        "stemdl or uno",
        run.result.benchmark);
  }
  if (!run.result.valid) {
    return fmt::format("the run is invalid: {}", fmt::join(run.result.reasons, "; "));
  }
  if (!run.host.is_object()) return "host.json is no JSON, so the system is not known";
  if (!run.config.contains(run.result.benchmark)) {
    return fmt::format("config.yaml has no section {}", run.result.benchmark);
  }
  return "";
}

std::vector<RunToPack> read_runs(const std::vector<fs::path>& paths, Problems& problems) {
  std::vector<RunToPack> runs;
  for (const fs::path& folder : run_folders(paths, problems)) {
    try {
      RunToPack run = read_run(folder);
      const std::string why = refusal(run);
      if (why.empty()) {
        runs.push_back(std::move(run));
      } else {
        problems.push_back(fmt::format("{}: {}", folder.string(), why));
      }
    } catch (const Error& error) {  // caught here: the other runs' problems are told, too
      problems.emplace_back(error.what());
    }
  }
  return runs;
}

std::string first_of(const std::string& asked, const std::string& logged) {
  return asked.empty() ? logged : asked;
}

Identity identity_of(const RunToPack& run, const PackRequest& request) {
  const std::string& org = run.facts.text("submission_org");
  return {first_of(request.org, org == "unknown" ? "" : org),
          first_of(request.system, run.facts.text("submission_platform")), request.division,
          first_of(request.status, run.facts.text("submission_status"))};
}

/// A name that can be a folder's, or why not.
void check_name(const std::string& option, const std::string& name, Problems& problems) {
  std::string why;
  if (name.empty()) {
    why = "the runs do not say it; it must be given";
  } else if (name.size() > kLongestName) {
    why = fmt::format("it has {} bytes, at most {} make a folder", name.size(), kLongestName);
  } else if (name.starts_with('.') || name.find('/') != std::string::npos ||
             printable_text(name) != name) {
    why = "it must be the name of a folder: no '/', no control characters, no '.' in front";
  }
  if (!why.empty())
    problems.push_back(fmt::format("{} '{}': {}", option, printable_text(name), why));
}

/// All that repeats share. Runs that differ in it are different submissions.
Json shared_facts(const RunToPack& run) {
  Json settings = run.config.at(run.result.benchmark);
  settings.erase("seed");
  return {{"settings", std::move(settings)},
          {"version", run.facts.text("submission_version")},
          {"commit", run.facts.text("submission_github_commit_version")}};
}

std::string descriptor_of(const RunToPack& run, const Json& shared) {
  const std::string name = run.result.model.empty() ? run.result.benchmark : run.result.model;
  return fmt::format("{}-{}", name, sha256_hex(shared.dump()).substr(0, 8));
}

std::vector<Batch> group(std::vector<RunToPack> runs, const PackRequest& request) {
  std::map<std::vector<std::string>, Batch> batches;
  for (RunToPack& run : runs) {
    const Json shared = shared_facts(run);
    const Identity identity = identity_of(run, request);
    Batch& batch = batches[{identity.org, run.result.benchmark, identity.system, shared.dump()}];
    if (batch.runs.empty()) {
      batch.identity = identity;
      batch.application = run.result.benchmark;
      batch.descriptor = first_of(request.descriptor, descriptor_of(run, shared));
    }
    batch.runs.push_back(std::move(run));
  }
  std::vector<Batch> out;
  for (auto& [key, batch] : batches) {
    std::ranges::stable_sort(batch.runs, {}, [](const RunToPack& run) { return run.result.seed; });
    batch.system = system_description(batch.identity, batch.runs.front().host);
    out.push_back(std::move(batch));
  }
  return out;
}

void name_new_records(Batch& batch) {
  for (const auto& [key, value] :
       {std::pair<std::string, std::string>{"submission_org", batch.identity.org},
        {"submission_platform", batch.identity.system},
        {"submission_status", batch.identity.status}}) {
    const bool differs = std::ranges::any_of(
        batch.runs, [&](const RunToPack& run) { return run.facts.text(key) != value; });
    if (differs) batch.new_records.push_back(key);
  }
}

void check_seeds(const Batch& batch, Problems& problems) {
  for (std::size_t i = 1; i < batch.runs.size(); ++i) {
    if (batch.runs[i].result.seed != batch.runs[i - 1].result.seed) continue;
    problems.push_back(fmt::format(
        "{}: has the seed {} of {}; repeats have seeds of their own, of equal ones nothing can be "
        "learned about the spread",
        batch.runs[i].folder.string(), batch.runs[i].result.seed,
        batch.runs[i - 1].folder.string()));
  }
}

void check_hardware(const Batch& batch, Problems& problems) {
  const Json first = hardware_of(batch.system);
  for (const RunToPack& run : batch.runs) {
    const Json other = hardware_of(system_description(batch.identity, run.host));
    for (const auto& [key, value] : first.items()) {
      if (other.at(key) == value) continue;
      problems.push_back(
          fmt::format("{}: is of another system than {}: {} is {}, not {}; name each with --system",
                      run.folder.string(), batch.runs.front().folder.string(), key,
                      other.at(key).dump(), value.dump()));
    }
  }
}

/// Errors of the rules that packing does not mend.
void check_logs(const Batch& batch, Problems& problems) {
  for (const RunToPack& run : batch.runs) {
    const record::ComplianceReport report =
        record::check_mllog(run.log, {.rule_set = "science/" + batch.application});
    for (const record::Finding& f : report.findings) {
      if (f.severity == record::Severity::kWarning) continue;
      problems.push_back(fmt::format("{}:{}: {}: {}; found {}",
                                     record::RunPaths(run.folder).mllog.string(), f.line, f.key,
                                     f.rule, f.found));
    }
  }
}

/// Submissions that would get the same folder.
void check_folders(const std::vector<Batch>& batches, Problems& problems) {
  std::map<fs::path, const Batch*> seen;
  for (const Batch& batch : batches) {
    const auto [first, is_new] = seen.emplace(batch.folder(), &batch);
    if (is_new) continue;
    problems.push_back(fmt::format(
        "{}: differs from {} in more than the seed, so both are submissions of their own, but "
        "--name {} gives one name; pack them one after the other",
        batch.runs.front().folder.string(), first->second->runs.front().folder.string(),
        batch.descriptor));
  }
}

}  // namespace

fs::path Batch::folder() const {
  return fs::path(identity.org) / application / identity.system / descriptor;
}

std::vector<Batch> read_batches(const std::vector<fs::path>& paths, const PackRequest& request) {
  Problems problems;
  if (request.division != "open") {
    problems.push_back(fmt::format(
        "--division {}: the science benchmarks take no closed submissions; expected open",
        request.division));
  }
  std::vector<Batch> batches = group(read_runs(paths, problems), request);
  std::set<std::pair<std::string, std::string>> names;
  for (Batch& batch : batches) {
    name_new_records(batch);
    check_seeds(batch, problems);
    check_hardware(batch, problems);
    check_logs(batch, problems);
    names.insert({"--org", batch.identity.org});
    names.insert({"--system", batch.identity.system});
    names.insert({"--name", batch.descriptor});
  }
  for (const auto& [option, name] : names) check_name(option, name, problems);
  check_folders(batches, problems);
  throw_if_any(problems);
  return batches;
}

}  // namespace sciwright::submission
