#include "sciwright/study_options.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/build_facts.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "experiment/lint.h"
#include "experiment/ready_files.h"
#include "sciwright/benchmark_warnings.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxWithoutYes = 10'000;
constexpr std::size_t kNumPreviewed = 20;

/// Relative names are within the source folder, but not "./a" and "~/a".
std::string placed(const std::string& path, const std::string& folder) {
  const bool is_free =
      folder.empty() || path.starts_with('/') || path.starts_with('.') || path.starts_with('~');
  return is_free ? path : (fs::path(folder) / path).string();
}

std::vector<std::string> placed_list(const std::string& list, const std::string& folder) {
  std::vector<std::string> out;
  for (const std::string& path : experiment::split_outside_brackets(list, ',')) {
    out.push_back(placed(path, folder));
  }
  return out;
}

/// A ready template by its short name, or nothing.
std::optional<experiment::Template> ready_template(const std::string& name) {
  for (const auto& [path, content] : experiment::kReadyFiles) {
    if (path == "jobs/" + name + ".in.sh") {
      return experiment::Template(name + ".in.sh", std::string(content));
    }
  }
  return std::nullopt;
}

std::vector<experiment::Template> templates_of(const StudyOptions& options) {
  std::vector<experiment::Template> out;
  Problems problems;
  for (const std::string& path : placed_list(options.source, options.source_dir)) {
    try {
      auto ready = fs::exists(path) ? std::nullopt : ready_template(path);
      out.push_back(ready ? *ready : experiment::Template(path, read_file(path)));
    } catch (const Error& error) {  // caught here to tell of all templates
      problems.push_back(error.what());
    }
  }
  if (out.empty() && problems.empty()) problems.push_back("--source: no template is given");
  throw_if_any(problems);
  return out;
}

void tell(const Problems& warnings) {
  for (const std::string& text : warnings) fmt::print(stderr, "warning: {}\n", text);
}

void check_number(const experiment::Study& study, const StudyOptions& options) {
  if (options.yes || study.space().num_candidates() <= kMaxWithoutYes) return;
  if (experiment::num_experiments(study.space(), kMaxWithoutYes + 1) <= kMaxWithoutYes) return;
  throw usage_error(fmt::format(
      "this study has more than {} experiments; --yes makes them all, --packed in few files",
      kMaxWithoutYes));
}

void print_report(const experiment::GenerateReport& report, const StudyOptions& options) {
  if (options.json) {
    const experiment::Json out = {{"num_new", report.num_new},
                                  {"num_known", report.num_known},
                                  {"num_refreshed", report.num_refreshed},
                                  {"num_duplicates", report.num_duplicates},
                                  {"out", options.out}};
    print_json(out);
  } else if (!options.quiet) {
    fmt::print("{}: {} new experiments", options.out, report.num_new);
    if (report.num_known > 0) fmt::print(", {} there already", report.num_known);
    if (report.num_refreshed > 0) fmt::print(", {} rewritten", report.num_refreshed);
    if (report.num_duplicates > 0) {
      fmt::print(", {} equal to others and left out", report.num_duplicates);
    }
    fmt::print("\n");
  }
}

}  // namespace

std::optional<std::string> environment_value(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

experiment::StudyRequest study_request_of(const StudyOptions& options) {
  experiment::StudyRequest request;
  if (!options.site.empty()) request.configuration.files.push_back(options.site);
  for (const std::string& file : placed_list(options.config, options.source_dir)) {
    request.configuration.files.push_back(file);
  }
  request.configuration.os_names = experiment::split_outside_brackets(options.os, ',');
  request.configuration.experiment = options.experiment;
  request.configuration.attributes = options.attributes;
  request.configuration.replaces_sections = options.replaces_sections;
  request.templates = templates_of(options);
  request.script_name = options.script_name;
  request.with_cloudmesh = options.with_cloudmesh;
  return request;
}

experiment::Study study_of(const StudyOptions& options, const Programs& programs,
                           Problems& warnings) {
  const experiment::StudyRequest request = study_request_of(options);
  const experiment::Template& script = request.templates.front();
  if (!script.path().ends_with(".ipynb") && !script.path().ends_with(".py")) {
    for (const auto& finding : experiment::lint_script(script.text(), script.path())) {
      warnings.push_back(finding.message());
    }
  }
  experiment::Study study(request, environment_value);
  for (const Problems& more : {study.warnings(), benchmark_warnings(study, programs.benchmarks)}) {
    warnings.insert(warnings.end(), more.begin(), more.end());
  }
  return study;
}

experiment::GenerateRequest generate_request_of(const StudyOptions& options) {
  experiment::GenerateRequest request;
  request.out = options.out;
  if (options.mode == "f" || options.mode == "flat") request.layout = experiment::Layout::kFlat;
  if (options.packed) request.layout = experiment::Layout::kPacked;
  if (!options.copycode.empty()) {
    request.code.emplace(options.copycode, options.copy_method == "link"
                                               ? experiment::CopyMethod::kLink
                                               : experiment::CopyMethod::kCopy);
  }
  request.refresh = options.refresh;
  request.facts = {{"program", std::string("sciwright ") + kVersion},
                   {"name", options.name},
                   {"config", options.config},
                   {"site", options.site},
                   {"source", options.source},
                   {"copycode", options.copycode},
                   {"created_utc", utc_iso8601(system_clock().utc_ns())}};
  return request;
}

int generate_study(
    const StudyOptions& options, const Programs& programs,
    std::function<void(const experiment::Experiment&, const experiment::ManifestEntry&)>
        on_experiment) {
  Problems warnings;
  const experiment::Study study = study_of(options, programs, warnings);
  if (options.strict) throw_if_any(warnings);
  if (!options.quiet) tell(warnings);
  experiment::GenerateRequest request = generate_request_of(options);
  if (options.dry_run || options.mode == "d" || options.mode == "debug") {
    fmt::print("{}", experiment::preview(study, request, kNumPreviewed));
    return 0;
  }
  check_number(study, options);
  ProgressBar bar(options.progress && !options.quiet && stderr_is_terminal(), write_stderr,
                  system_clock());
  bar.start("generate", static_cast<std::int64_t>(study.space().num_candidates()));
  request.on_progress = [&](std::uint64_t done) { bar.update(static_cast<std::int64_t>(done)); };
  request.on_experiment = std::move(on_experiment);
  const experiment::GenerateReport report = experiment::generate(study, request, system_clock());
  bar.finish();
  print_report(report, options);
  return 0;
}

}  // namespace sciwright
