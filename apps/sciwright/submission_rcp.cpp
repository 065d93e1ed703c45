#include <algorithm>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "sciwright/print_json.h"
#include "sciwright/submission_verbs.h"
#include "submission/reference_points.h"

namespace sciwright {
namespace {

using submission::Convergence;
using submission::Reference;

/// What `submission rcp make` takes.
struct MakeOptions {
  std::vector<std::string> runs;
  std::string out;
  std::string quality;
  std::string unit = "epochs";
  std::size_t least_runs = 5;
};

/// What `submission rcp check` takes.
struct CheckOptions {
  std::string reference;
  std::vector<std::string> paths;
  bool json = false;
};

int make(const MakeOptions& options) {
  submission::ReferenceRequest request;
  if (!options.quality.empty()) request.quality = submission::parse_quality(options.quality);
  request.unit = options.unit == "samples" ? submission::Unit::kSamples : submission::Unit::kEpochs;
  request.least_runs = options.least_runs;
  const auto logs = submission::find_logs({options.runs.begin(), options.runs.end()});
  const Reference reference = submission::make_reference(
      submission::read_convergences(logs, request.quality, request.unit), request);
  write_file_atomic(options.out, submission::reference_text(reference));
  for (const submission::ReferencePoint& point : reference.points) {
    const std::size_t num = point.lengths.size() + point.num_not_converged;
    fmt::print("batch size {}: {:.4g} ± {:.2g} {} over {} runs\n", point.batch_size,
               point.moments().mean, point.moments().standard_deviation, options.unit, num);
    if (num < 2 * options.least_runs) {
      fmt::print(stderr,
                 "batch size {}: twice the {} runs of a submission are advisable, found {}\n",
                 point.batch_size, options.least_runs, num);
    }
  }
  return 0;
}

/// The logs of each submission: those of a submission's folder, else all of a path.
std::map<std::string, std::vector<std::filesystem::path>> submissions_at(const std::string& path) {
  std::map<std::string, std::vector<std::filesystem::path>> out;
  for (const std::filesystem::path& log : submission::find_logs({path})) {
    const bool is_packed = log.filename().string().starts_with("result-");
    out[is_packed ? log.parent_path().string() : path].push_back(log);
  }
  return out;
}

/// The submissions at some paths whose runs are of a benchmark; the others are named on stderr.
std::map<std::string, std::vector<Convergence>> runs_to_judge(const Reference& reference,
                                                              const CheckOptions& options) {
  std::map<std::string, std::vector<Convergence>> out;
  for (const std::string& path : options.paths) {
    for (const auto& [name, logs] : submissions_at(path)) {
      auto runs = submission::read_convergences(logs, reference.quality, reference.unit);
      const bool is_other = std::ranges::none_of(
          runs, [&](const Convergence& run) { return run.benchmark == reference.benchmark; });
      if (is_other) {
        fmt::print(stderr, "{}: is of {}, the reference of {}: not judged\n", name,
                   runs.front().benchmark, reference.benchmark);
      } else {
        out[name] = std::move(runs);
      }
    }
  }
  if (out.empty()) {
    throw usage_error(fmt::format("{}: none of the paths has runs of {}", options.reference,
                                  reference.benchmark));
  }
  return out;
}

int check(const CheckOptions& options) {
  const Reference reference = submission::read_reference(options.reference);
  bool passed = true;
  record::Json verdicts = record::Json::array();
  for (const auto& [name, runs] : runs_to_judge(reference, options)) {
    const submission::ConvergenceVerdict verdict = submission::judge_convergence(reference, runs);
    passed = passed && verdict.passes;
    if (!options.json) fmt::print("{}: {}\n", name, verdict.sentence);
    verdicts.push_back(
        {{"submission", name}, {"passes", verdict.passes}, {"sentence", verdict.sentence}});
  }
  if (options.json) {
    print_json(record::Json{{"schema_version", 1}, {"verdicts", std::move(verdicts)}});
  }
  return passed ? 0 : static_cast<int>(ErrorKind::kMismatch);
}

void add_make_command(CLI::App& rcp, Programs& programs) {
  CLI::App* verb =
      rcp.add_subcommand("make", "Make reference points from repeats, one for each batch size.");
  auto options = std::make_shared<MakeOptions>();
  verb->add_option("run", options->runs, "Run folders, logs, or folders that hold some")
      ->required()
      ->type_name("RUN");
  verb->add_option("--out", options->out, "File to write")->required()->type_name("FILE.json");
  verb->add_option(
          "--quality", options->quality,
          "What counts as converged: eval_accuracy>=0.9, eval_error<=0.05; else the end of "
          "a successful run")
      ->type_name("KEY>=NUMBER");
  verb->add_option("--unit", options->unit, "What training is counted in")
      ->check(CLI::IsMember({"epochs", "samples"}))
      ->capture_default_str();
  verb->add_option("--runs", options->least_runs, "Runs that a submission needs")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  verb->footer(
      "Example:\n"
      "  sciwright submission rcp make study --quality 'eval_accuracy>=0.9' --out rcp.json\n");
  verb->callback([&programs, options] { programs.action = [options] { return make(*options); }; });
}

void add_check_command(CLI::App& rcp, Programs& programs) {
  CLI::App* verb = rcp.add_subcommand(
      "check",
      "Whether submissions converge no faster than the reference; exit code 5 if one does.");
  auto options = std::make_shared<CheckOptions>();
  verb->add_option("reference", options->reference, "File of rcp make")
      ->required()
      ->type_name("FILE.json");
  verb->add_option("path", options->paths, "Submissions, or run folders of one")
      ->required()
      ->type_name("PATH");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->footer("Example:\n  sciwright submission rcp check rcp.json submissions/UVA\n");
  verb->callback([&programs, options] { programs.action = [options] { return check(*options); }; });
}

}  // namespace

void add_rcp_command(CLI::App& submission, Programs& programs) {
  CLI::App* rcp = submission.add_subcommand(
      "rcp", "Reference convergence points: how long training takes, from repeats.");
  rcp->require_subcommand(1);
  add_make_command(*rcp, programs);
  add_check_command(*rcp, programs);
}

}  // namespace sciwright
